"""Hashes of files, each read once: a preview, an update and a build ask for the same gigabytes several times."""

import hashlib
import os
import time
from pathlib import Path

# A file system's clock ticks every few milliseconds: what was written in this one may be written again unseen.
_SETTLED_NS = 1_000_000_000
_MAX_KEPT = 50_000
_kept: dict[tuple[int, ...], str] = {}


def file_hash(path: Path) -> str:
    """Hexadecimal SHA-256 of a file. Raises OSError."""
    with path.open("rb") as file:
        state = _state(file.fileno())
        if known := _kept.get(state):
            return known
        begun = time.time_ns()
        found = hashlib.file_digest(file, "sha256").hexdigest()
        changed = state[-1]
        if begun - changed > _SETTLED_NS and _state(file.fileno()) == state:
            _keep(state, found)
    return found


def _state(descriptor: int) -> tuple[int, ...]:
    """What no write leaves as it was; the last is the time of the last change, which no program can set."""
    found = os.fstat(descriptor)
    return (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)


def _keep(state: tuple[int, ...], sha256: str) -> None:
    if len(_kept) >= _MAX_KEPT:
        _kept.clear()
    _kept[state] = sha256
