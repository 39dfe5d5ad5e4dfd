"""A real rehearsal per story, and this repository's own stack deployed to it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.harness.deployment import ROOT, STACK, Deployment, variables
from tests.harness.own_rehearsal import OwnRehearsal


@pytest.fixture
def rehearsal(tmp_path: Path) -> Iterator[OwnRehearsal]:
    """Started; whatever is left of it after its stop, containers included, fails the test."""
    own = OwnRehearsal(tmp_path)
    own.start()
    yield own
    assert own.stop() == []


@pytest.fixture
def deployment(rehearsal: OwnRehearsal, pulumi_engine: Callable[..., Any]) -> Deployment:
    """The stack `rehearsal` in a copy of the project, not deployed yet."""
    engine = pulumi_engine(ROOT, stack_name=STACK, env=variables(rehearsal))
    return Deployment(engine, rehearsal)


@pytest.fixture
def edit(deployment: Deployment) -> Callable[[str, str, str], None]:
    """Replaces a text in a file of the example."""

    def replace(name: str, old: str, new: str) -> None:
        path: Path = deployment.example / name
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))

    return replace


@pytest.fixture
def stacks(
    rehearsal: OwnRehearsal, pulumi_engine: Callable[..., Any]
) -> Callable[[str], Deployment]:
    """stacks("dev"): that stack of this repository, in one backend with the others, not deployed yet."""
    made: list[Deployment] = []

    def make(name: str) -> Deployment:
        beside = made[0].engine if made else None
        env = variables(rehearsal)
        engine = pulumi_engine(ROOT, stack_name=name, env=env, beside=beside)
        made.append(Deployment(engine, rehearsal))
        return made[-1]

    return make
