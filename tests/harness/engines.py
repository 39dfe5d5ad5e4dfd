"""A stack under the real CLI outside of any test, in a folder that goes with it."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pytest_pulumi import PulumiEngine, project
from tests.harness.deployment import ROOT, STACK, Deployment, variables
from tests.harness.own_rehearsal import OwnRehearsal


@contextmanager
def deployment() -> Iterator[Deployment]:
    """The stack `rehearsal`, not deployed, with a rehearsal of its own that is stopped at the end.

    Raises AssertionError where something is left running.
    """
    cli = shutil.which("pulumi")
    if cli is None:
        raise SystemExit("no pulumi on the PATH: run this by `make`")
    with tempfile.TemporaryDirectory(prefix="slipway-bench-") as folder:
        home = Path(folder)
        (home / "state").mkdir()
        rehearsal = OwnRehearsal(home / "state")
        rehearsal.start()
        try:
            engine = _engine(Path(cli), home / "engine", rehearsal)
            try:
                yield Deployment(engine, rehearsal)
            finally:
                engine.close()
        finally:
            left = rehearsal.stop()
        assert left == [], left


def _engine(cli: Path, home: Path, rehearsal: OwnRehearsal) -> PulumiEngine:
    (home / "project").mkdir(parents=True)
    project.mirror(ROOT, home / "project")
    engine = PulumiEngine(
        cli=cli, cwd=home / "project", home=home, servers=(), stack=STACK, env=variables(rehearsal)
    )
    engine.init()
    return engine
