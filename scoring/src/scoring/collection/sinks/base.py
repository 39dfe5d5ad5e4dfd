"""What the writer asks of a sink."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from scoring.collection.record import Record
from scoring.collection.settings import CollectionSettings
from scoring.errors import ScoringError


class Sink(Protocol):
    """Called by the writer's thread only."""

    def write(self, records: Sequence[Record]) -> None:
        """All of `records`, or raises; the writer then tries again."""

    def close(self) -> None: ...


def open_sink(settings: CollectionSettings, variables: Mapping[str, str]) -> Sink:
    """Raises ScoringError for a target that is none, or whose packages are not installed."""
    target = settings.target
    try:
        if settings.format == "parquet":
            # Missing packages are told at the start, not at the first record.
            from pyarrow import parquet  # noqa: F401
        if target.startswith(("http://", "https://")):
            from scoring.collection.sinks.blob import BlobSink

            return BlobSink(settings, variables)
        if target.startswith("eventhub://"):
            from scoring.collection.sinks.event_hub import EventHubSink

            return EventHubSink(settings, variables)
    except ImportError as missing:
        extra = {"pyarrow": "parquet", "azure.eventhub": "event-hub"}.get(str(missing.name), "blob")
        raise ScoringError(
            f"SLIPWAY_COLLECT needs {missing.name}, which is not installed; install scoring[{extra}]"
        ) from None
    if "://" in target:
        raise ScoringError(
            f"SLIPWAY_COLLECT is {target!r}; it must be a directory, a blob container's https URL, or eventhub://NAMESPACE/HUB"
        )
    from scoring.collection.sinks.directory import DirectorySink

    return DirectorySink(settings)


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
