"""A bounded queue and the thread behind it. Whoever hands something in never waits: what does not fit is dropped
and counted.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Protocol

from scoring.collection.record import Record
from scoring.collection.settings import CollectionSettings
from scoring.collection.sinks.base import Sink

logger = logging.getLogger("scoring.collection")

_TRIES = 5
_FLUSH_BYTES = 4 * 2**20
_FIRST_PAUSE_SECONDS = 0.2


class Item(Protocol):
    @property
    def size(self) -> int: ...

    def record(self, limit: int) -> Record: ...


#: Told the fate of records: ("written" | "dropped" | "failed" | "withheld", how many).
Counted = Callable[[str, int], None]
#: Changes a record before it is written; None withholds it.
Redact = Callable[[Record], Record | None]


class Writer:
    """`submit` from any thread; `stop` writes what is left, for at most `patience` seconds."""

    def __init__(
        self, sink: Sink, settings: CollectionSettings, redact: Redact, counted: Counted
    ) -> None:
        self._sink = sink
        self._settings = settings
        self._redact = redact
        self._counted = counted
        self._items: deque[Item] = deque()
        self._bytes = 0
        self._wake = threading.Condition()
        self._stopping = False
        self._give_up = False
        self._thread = threading.Thread(target=self._run, name="collection", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def submit(self, item: Item) -> bool:
        settings = self._settings
        with self._wake:
            full = (
                len(self._items) >= settings.queue_length
                or self._bytes + item.size > settings.queue_bytes
            )
            if not full and not self._stopping:
                self._items.append(item)
                self._bytes += item.size
                if self._is_full():
                    self._wake.notify()
                return True
        self._counted("dropped", 1)
        return False

    def stop(self, patience: float = 10.0) -> None:
        with self._wake:
            self._stopping = True
            self._wake.notify()
        self._thread.join(patience)
        self._give_up = True
        with self._wake:
            left = len(self._items)
        if left:
            self._counted("dropped", left)
            logger.warning("Collection stopped with records unwritten", extra={"records": left})

    def _run(self) -> None:
        while True:
            items = self._taken()
            if items:
                self._flush(items)
            with self._wake:
                # Only now: what is being written takes memory as well.
                self._bytes -= sum(item.size for item in items)
                if self._stopping and not self._items:
                    break
        self._sink.close()

    def _taken(self) -> list[Item]:
        """What has come within the flush time; earlier when there is a full flush, or the end."""
        settings = self._settings
        with self._wake:
            self._wake.wait_for(self._is_full, settings.flush_seconds)
            items: list[Item] = []
            size = 0
            # JSON read into objects takes several times the memory of its text: not too much at once.
            while self._items and len(items) < settings.flush_records and size < _FLUSH_BYTES:
                item = self._items.popleft()
                items.append(item)
                size += item.size
        return items

    def _is_full(self) -> bool:
        return (
            self._stopping
            or len(self._items) >= self._settings.flush_records
            or self._bytes >= _FLUSH_BYTES
        )

    def _flush(self, items: list[Item]) -> None:
        records = [record for record in map(self._rendered, items) if record is not None]
        self._counted("withheld", len(items) - len(records))
        if records:
            self._counted("written" if self._written(records) else "failed", len(records))

    def _rendered(self, item: Item) -> Record | None:
        try:
            return self._redact(item.record(self._settings.record_bytes))
        except Exception:
            # Better no record than one whose redaction failed half-way.
            logger.exception("A record could not be made or redacted; it is left out")
            return None

    def _written(self, records: list[Record]) -> bool:
        pause = _FIRST_PAUSE_SECONDS
        for attempt in range(1, _TRIES + 1):
            try:
                self._sink.write(records)
            except Exception as error:
                logger.warning(
                    "Collected records could not be written",
                    extra={
                        "attempt": attempt,
                        "of": _TRIES,
                        "records": len(records),
                        "error": _brief(error),
                    },
                )
                if attempt == _TRIES or self._give_up:
                    return False
                time.sleep(pause)
                pause *= 2
            else:
                return True
        return False


def _brief(error: Exception) -> str:
    # The first line: an SDK's further lines may repeat the request with its signature.
    return f"{type(error).__name__}: {error}".splitlines()[0][:300]
