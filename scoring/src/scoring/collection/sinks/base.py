"""What the writer asks of a sink, and how sinks name their files."""

from __future__ import annotations

import os
import socket
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from scoring.collection.record import Record


class Sink(Protocol):
    """Called by the writer's thread only."""

    def write(self, records: Sequence[Record]) -> None:
        """All of `records`, or raises; the writer then tries again."""

    def close(self) -> None: ...


def instance() -> str:
    """A name that no other process has: two replicas never write into the same file."""
    return f"{socket.gethostname()}-{os.getpid()}-{os.urandom(3).hex()}"


def folder(collection: str, moment: str) -> str:
    """`requests/2026/11/23/09` for a record's collection and time (RFC 3339, UTC)."""
    safe = "".join(c if c.isalnum() or c in "-_/" else "_" for c in collection).strip("/") or "_"
    return f"{safe}/{datetime.fromisoformat(moment):%Y/%m/%d/%H}"


def by_folder(records: Sequence[Record]) -> dict[str, list[Record]]:
    groups: dict[str, list[Record]] = {}
    for record in records:
        groups.setdefault(folder(record["collection"], record["time"]), []).append(record)
    return groups
