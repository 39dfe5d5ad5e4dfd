"""Collection put into a service."""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections.abc import Callable, Mapping
from typing import Any

from scoring.collection import active, settings
from scoring.collection.record import Record, Scored
from scoring.collection.redaction import REDACTED, JsonPath
from scoring.collection.sinks.choose import open_sink
from scoring.collection.writer import Writer
from scoring.errors import ScoringError
from scoring.http.message import Request, Response
from scoring.service import Service

# For what is left to be written, where nothing else ends the server earlier.
_MOST_PATIENCE_SECONDS = 10.0


def install(service: Service, variables: Mapping[str, str] = os.environ) -> None:
    """Nothing unless SLIPWAY_COLLECT is set. Raises ScoringError."""
    chosen = settings.read(variables)
    if chosen is None:
        return
    sink = open_sink(chosen, variables)
    collection = Collection(
        service, chosen, Writer(sink, chosen, _redaction(service, chosen), _counting(service))
    )
    service.observers.append(collection.observe)
    service.companions.append(collection)
    active.writer = collection.writer


class Collection:
    """The observer that chooses, and the writer's life."""

    def __init__(
        self, service: Service, chosen: settings.CollectionSettings, writer: Writer
    ) -> None:
        self._share = chosen.sample_percent / 100
        self._service = service
        self.writer = writer

    def observe(self, request: Request, response: Response) -> None:
        failed = response.status >= 400
        if request.outcome.inputs is None and not (failed and request.body):
            return  # probes, documents, requests that were refused unread
        if failed or self._share >= 1 or random.random() < self._share:  # noqa: S311  (a sample, not a secret)
            self.writer.submit(Scored(request, response))

    async def start(self) -> None:
        self.writer.start()

    async def stop(self) -> None:
        patience = min(self._service.ending.over_by - time.monotonic(), _MOST_PATIENCE_SECONDS)
        await asyncio.to_thread(self.writer.stop, patience)


def _redaction(
    service: Service, chosen: settings.CollectionSettings
) -> Callable[[Record], Record | None]:
    """The settings' paths first, then `redact(record)` of the entry script, if it has one."""

    def redact(record: Record) -> Record | None:
        if chosen.redact:
            _redact_paths(record, chosen.redact)
        script = service.entry_script
        hook: Any = None if script is None else getattr(script.module, "redact", None)
        if hook is None:
            return record
        changed = hook(record)
        if changed is not None and not isinstance(changed, dict):
            raise ScoringError(
                f"redact() gave {type(changed).__name__}; it must give the record or None"
            )
        return changed

    return redact


def _redact_paths(record: Record, paths: tuple[JsonPath, ...]) -> None:
    """Paths know nothing of text: a body that is no JSON, and an error's words, are left out whole."""
    for name in ("inputs", "outputs"):
        if isinstance(record.get(name), str):
            record[name] = REDACTED
    if record.get("error"):
        record["error"] = record["error"].partition(":")[0]
    for path in paths:
        path.redact(record)


def _counting(service: Service) -> Callable[[str, int], None]:
    if service.metrics is None:
        return lambda fate, count: None
    instruments = service.metrics.instruments
    counter = instruments.counter(
        "scoring_collection_records", "Collected records by what became of them", ("fate",)
    )

    def counted(fate: str, count: int) -> None:
        if count:
            with instruments.lock:
                counter.add((fate,), count)

    return counted
