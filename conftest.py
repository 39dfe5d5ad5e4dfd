"""Loaded before any test module."""

import asyncio
from collections.abc import Iterator

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
