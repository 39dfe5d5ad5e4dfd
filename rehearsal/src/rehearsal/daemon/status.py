"""What a running rehearsal reports of itself, and whether the process that reported it still lives."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from rehearsal.machine import private_file


@dataclass(frozen=True, kw_only=True)
class Status:
    """`started` is the process' start time, so that a stranger with the same pid is not taken for it."""

    pid: int
    started: float
    runtime: str
    doors: Mapping[str, int]
    """Name of a door -> its port."""

    def write(self, path: Path) -> None:
        """Atomically, readable by its owner only."""
        private_file.write(path, json.dumps(asdict(self)).encode())

    @property
    def alive(self) -> bool:
        """Whether exactly that process runs."""
        try:
            process = psutil.Process(self.pid)
            return (
                abs(process.create_time() - self.started) < 1
                and process.status() != psutil.STATUS_ZOMBIE
            )
        except psutil.Error:
            return False


def read(path: Path) -> Status | None:
    """The last status written there; None when it is missing or cannot be read."""
    try:
        return Status(**json.loads(path.read_text()))
    except (OSError, ValueError, TypeError):
        return None


def running(path: Path) -> Status | None:
    """The status of the rehearsal that runs."""
    status = read(path)
    return status if status is not None and status.alive else None
