"""What a running rehearsal reports of itself, and whether the process that reported it still lives."""

import json
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from rehearsal.daemon.places import Places
from rehearsal.machine import lock, private_file
from rehearsal.machine.own_command import advice

_START_SECONDS = 5.0


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


def unreadable(places: Places) -> str | None:
    """The sentence for a rehearsal that runs and whose status is damaged or gone; None for any other."""
    process = lock.holder(places.lock)
    if running(places.status) is not None or process is None:
        return None
    damaged = places.status.exists() and read(places.status) is None
    if not damaged and _is_starting(process):
        return None
    return (
        f"The rehearsal runs (process {process}), but {places.status} is damaged or missing, so its doors are not "
        f"known: run {advice('stop')}, which ends it, and then {advice('start')}."
    )


def _is_starting(process: int) -> bool:
    """Whether it is too young to have written its status."""
    try:
        return time.time() - psutil.Process(process).create_time() < _START_SECONDS
    except psutil.Error:
        return True
