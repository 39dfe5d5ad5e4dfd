"""What is collected, where it goes, and what must not be in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from scoring.collection.redaction import JsonPath, PathError
from scoring.environment import Reader

FORMATS = ("jsonl", "parquet")
#: The secret that belongs to the target, where it has one; never part of the target itself.
CONNECTION_STRING = "SLIPWAY_COLLECT_CONNECTION_STRING"


@dataclass(frozen=True, kw_only=True)
class CollectionSettings:
    """`target` is a directory, a container's URL (https://ACCOUNT.blob...), or eventhub://NAMESPACE/HUB."""

    target: str
    format: str = "jsonl"
    #: Per cent of the answered requests; failures are all taken.
    sample_percent: float = 100.0
    redact: tuple[JsonPath, ...] = ()
    queue_length: int = 1500
    #: Waiting and being written together.
    queue_bytes: int = 32 * 2**20
    record_bytes: int = 2**20
    flush_seconds: float = 10.0
    flush_records: int = 1000


def read(variables: Mapping[str, str]) -> CollectionSettings | None:
    """None when nothing is to be collected. Raises ScoringError with all problems."""
    target = variables.get("SLIPWAY_COLLECT", "").strip()
    if not target:
        return None
    reader = Reader(variables)
    settings = CollectionSettings(
        target=target,
        format=reader.choice("SLIPWAY_COLLECT_FORMAT", "jsonl", FORMATS),
        sample_percent=reader.number("SLIPWAY_COLLECT_SAMPLE_PERCENT", 100.0, 0, 100),
        redact=_paths(reader),
        queue_length=reader.integer("SLIPWAY_COLLECT_QUEUE_LENGTH", 1500, 1, 10**6),
        record_bytes=reader.integer("SLIPWAY_COLLECT_RECORD_BYTES", 2**20, 1024, 16 * 2**20),
        flush_seconds=reader.number("SLIPWAY_COLLECT_FLUSH_SECONDS", 10.0, 0.05, 3600),
    )
    reader.finish()
    return settings


def _paths(reader: Reader) -> tuple[JsonPath, ...]:
    """Paths are separated by white space: a comma may stand inside one."""
    paths = []
    for text in reader.text("SLIPWAY_COLLECT_REDACT").split():
        try:
            paths.append(JsonPath(text))
        except PathError as error:
            reader.problems.append(f"SLIPWAY_COLLECT_REDACT: {error}")
    return tuple(paths)
