"""Loaded before any test module."""

import asyncio
from collections.abc import Iterator, Sequence

import pytest

# pytest names scoring/tests/x.py "scoring.tests.x" and would make a module `scoring` of the folder, in which the
# package of that name could not be found; the real one has to be there first. So with `rehearsal`.
import rehearsal  # noqa: F401 - only to be loaded, see above
import scoring  # noqa: F401 - as above
from rehearsal.testing.fixtures import azure, oci_door, start_oci_door  # noqa: F401 - fixtures of several suites


@pytest.fixture(autouse=True)
def event_loop_of_the_thread() -> Iterator[None]:
    """A fresh loop for every test, with nothing left in it afterwards.

    A `pulumi.Output` that is made outside of a program needs one. Python makes the first by itself (until 3.13), and
    none after an `asyncio.run` in the same thread: whether such a test passed depended on those before it.
    """
    with asyncio.Runner():
        yield


_LEFT_OUT = "needs a real Kubernetes: "


def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    """Nothing is built or installed for a test: where the node's programs or its conditions lack, it is left out."""
    wanting = [item for item in items if item.get_closest_marker("cluster")]
    if not wanting:
        return
    from rehearsal.cluster import binaries, conditions
    from rehearsal.daemon.places import Places

    cache = Places.of_this_user().cache
    lacking = list(conditions.problems(cache))
    if not lacking and not binaries.are_there(cache):
        lacking = ["its programs are not built yet: `slipway rehearsal cluster build` (8 minutes)"]
    if lacking:
        skip = pytest.mark.skip(reason=_LEFT_OUT + "; ".join(lacking))
        for item in wanting:
            item.add_marker(skip)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What was left out is among the last lines."""
    skipped = [
        str(report.longrepr[2])
        for report in terminalreporter.getreports("skipped")
        if isinstance(report.longrepr, tuple) and _LEFT_OUT in str(report.longrepr[2])
    ]
    if skipped:
        _, _, why = skipped[0].partition(_LEFT_OUT)
        terminalreporter.write_line(f"Left out: {len(skipped)} tests on a real Kubernetes: {why}")
