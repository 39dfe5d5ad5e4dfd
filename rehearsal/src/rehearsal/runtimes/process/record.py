"""What is kept on disk of a running container, so that a new rehearsal knows it again."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rehearsal.machine import private_file


@dataclass(frozen=True, kw_only=True)
class Record:
    """One container's last run. `fingerprint` stands for its specification, which holds secrets."""

    fingerprint: str
    pid: int
    created: float
    started_at: str
    restarts: int = 0
    ended: str = ""
    """Why the runtime itself ended it (OOMKilled); empty otherwise."""
    container_id: str = ""
    events: Sequence[Mapping[str, Any]] = ()
    previous: Mapping[str, Any] | None = None
    """How the run before this one ended."""


def read(path: Path) -> Record | None:
    """The record at `path`; None when it is missing or cannot be read."""
    try:
        return Record(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def write(path: Path, record: Record) -> None:
    """Replace the record."""
    private_file.write(path, json.dumps(asdict(record)).encode())
