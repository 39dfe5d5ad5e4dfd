"""Pytest fixtures: a registry in a process of its own. A suite imports them in its `conftest.py`."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest


class RunningDoor:
    """The registry's process; what it reported (`rehearsal.testing.oci_door`) are its attributes."""

    def __init__(self, state: Path) -> None:
        command = [sys.executable, "-m", "rehearsal.testing.oci_door", str(state)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.report: dict[str, Any] = json.loads(self._output.readline())

    def __getattr__(self, name: str) -> Any:
        try:
            return self.report[name]
        except KeyError:
            raise AttributeError(name) from None

    @property
    def _output(self) -> Any:
        return self.process.stdout

    def kill(self) -> None:
        """SIGKILL."""
        self.process.kill()
        self.process.wait()
        self._output.close()


@pytest.fixture(scope="session")
def oci_door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDoor]:
    """One registry for all tests that do not harm it; each test uses names of its own."""
    door = RunningDoor(tmp_path_factory.mktemp("oci-door"))
    yield door
    door.kill()


@pytest.fixture
def start_oci_door(tmp_path: Path) -> Iterator[Callable[..., RunningDoor]]:
    """Starts registries that the test may kill; those that still run afterwards are killed then.

    A second start has the content and the port of the first.
    """
    doors = []

    def start(state: Path = tmp_path / "door") -> RunningDoor:
        doors.append(RunningDoor(state))
        return doors[-1]

    yield start
    for door in doors:
        if door.process.returncode is None:
            door.kill()


@pytest.fixture
def azure(oci_door: RunningDoor, monkeypatch: pytest.MonkeyPatch) -> RunningDoor:
    """The registry, and the environment variables by which Azure's clients find it."""
    for name, value in oci_door.environment.items():
        monkeypatch.setenv(name, value)
    return oci_door
