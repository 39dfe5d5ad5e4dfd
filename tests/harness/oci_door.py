"""The rehearsal's registry door in a process of its own, as fixtures for every suite that talks to a registry."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

OCI_DOOR = Path(__file__).parents[1] / "processes" / "oci_door.py"


class RunningDoor:
    """The OCI door in its process, and what it said of itself (`processes/oci_door.py`)."""

    def __init__(self, state: Path, port: int = 0) -> None:
        command = [sys.executable, str(OCI_DOOR), str(state), str(port)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        self.report: dict[str, Any] = json.loads(line)

    def __getattr__(self, name: str) -> Any:
        return self.report[name]

    def kill(self) -> None:
        """SIGKILL."""
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


@pytest.fixture(scope="session")
def oci_door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDoor]:
    """One door for all tests that do not harm it; each test uses names of its own."""
    door = RunningDoor(tmp_path_factory.mktemp("oci-door"))
    yield door
    door.kill()


@pytest.fixture
def start_oci_door(tmp_path: Path) -> Iterator[Callable[..., RunningDoor]]:
    """Starts doors that the test may kill; those that still run afterwards are."""
    doors = []

    def start(state: Path = tmp_path / "door", port: int = 0) -> RunningDoor:
        doors.append(RunningDoor(state, port))
        return doors[-1]

    yield start
    for door in doors:
        if door.process.returncode is None:
            door.kill()


@pytest.fixture
def azure(oci_door: RunningDoor, monkeypatch: pytest.MonkeyPatch) -> RunningDoor:
    """The door, with the environment that `cloud` reads pointing at it."""
    for name, value in oci_door.environment.items():
        monkeypatch.setenv(name, value)
    return oci_door
