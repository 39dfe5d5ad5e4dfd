"""The node's processes: each in a session of its own, with a log and a record that no other process answers to."""

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec
import psutil

from rehearsal.cluster.places import ClusterPlaces
from rehearsal.machine import private_file

#: Of this process, which may end before them: kept, or Python warns of a child that nobody waits for.
_children: list[subprocess.Popen[bytes]] = []


@dataclass(frozen=True)
class Command:
    """One process of the node."""

    name: str
    arguments: Sequence[str]
    environment: Mapping[str, str] | None = None


class _Record(msgspec.Struct, frozen=True):
    pid: int
    started: float
    """When, by the kernel: tells it from a later process with its number."""


def start(places: ClusterPlaces, command: Command) -> None:
    """Start it in the background; it outlives us."""
    places.logs.mkdir(parents=True, exist_ok=True)
    with (places.logs / f"{command.name}.log").open("ab") as log:
        started = subprocess.Popen(
            command.arguments,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=places.root,
            env={**os.environ, **(command.environment or {})},
            start_new_session=True,
        )
    _children.append(started)
    record = _Record(started.pid, psutil.Process(started.pid).create_time())
    private_file.write(places.processes / command.name, msgspec.json.encode(record))


def running(places: ClusterPlaces, name: str) -> psutil.Process | None:
    """The process of that name, if it runs."""
    try:
        record = msgspec.json.decode((places.processes / name).read_bytes(), type=_Record)
        process = psutil.Process(record.pid)
        is_it = process.create_time() == record.started
        return process if is_it and process.status() != psutil.STATUS_ZOMBIE else None
    except (OSError, msgspec.DecodeError, psutil.NoSuchProcess):
        return None


def stop(places: ClusterPlaces, name: str, seconds: float) -> None:
    """End it, after `seconds` by force; one that does not run is forgotten."""
    process = running(places, name)
    if process is not None:
        with suppress(psutil.NoSuchProcess):
            process.terminate()
            _wait(process, seconds)
            if _lives(process):
                process.kill()
                _wait(process, seconds)
    (places.processes / name).unlink(missing_ok=True)


def names(places: ClusterPlaces) -> list[str]:
    """Of all that was started and not stopped."""
    folder = places.processes
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def last_words(places: ClusterPlaces, name: str, lines: int = 3) -> str:
    """The end of its log."""
    with suppress(OSError):
        text = (places.logs / f"{name}.log").read_bytes()[-8192:].decode(errors="replace")
        return "\n".join(text.strip().splitlines()[-lines:])
    return ""


def log_path(places: ClusterPlaces, name: str) -> Path:
    """Where it writes."""
    return places.logs / f"{name}.log"


def _wait(process: psutil.Process, seconds: float) -> None:
    """Whose parent has ended may stay a zombie for seconds, until the first process of the system reaps it."""
    deadline = time.monotonic() + seconds
    while _lives(process) and time.monotonic() < deadline:
        time.sleep(0.05)


def _lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
