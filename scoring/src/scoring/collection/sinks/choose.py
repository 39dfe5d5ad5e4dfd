"""Which sink a target asks for."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

from scoring.collection.settings import CollectionSettings
from scoring.collection.sinks.base import Sink
from scoring.collection.sinks.directory import DirectorySink
from scoring.errors import ScoringError


def open_sink(settings: CollectionSettings, variables: Mapping[str, str]) -> Sink:
    """Raises ScoringError for a target that is none, or whose packages are not installed."""
    target = settings.target
    try:
        if settings.format == "parquet":
            # Missing packages are told at the start, not at the first record.
            import_module("pyarrow.parquet")
        if target.startswith(("http://", "https://")):
            from scoring.collection.sinks.blob import BlobSink

            return BlobSink(settings, variables)
        if target.startswith("eventhub://"):
            from scoring.collection.sinks.event_hub import EventHubSink

            return EventHubSink(settings, variables)
    except ImportError as missing:
        raise ScoringError(
            f"SLIPWAY_COLLECT needs {missing.name}, which is not installed; "
            f"install slipway-scoring[{_extra(target, missing)}]"
        ) from None
    if "://" in target:
        raise ScoringError(
            f"SLIPWAY_COLLECT is {target!r}; it must be a directory, a blob container's https URL, or eventhub://NAMESPACE/HUB"
        )
    return DirectorySink(settings)


def _extra(target: str, missing: ImportError) -> str:
    """By the target: where nothing of Azure is installed, the missing module is `azure` for all of them."""
    if missing.name == "pyarrow":
        return "parquet"
    return "event-hub" if target.startswith("eventhub://") else "blob"
