"""`azureml.ai.monitoring`: Collector and its correlation contexts."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from scoring.collection import active
from scoring.collection.record import Logged
from scoring.collection.shims import rows

__all__ = ["BasicCorrelationContext", "Collector", "CorrelationContext", "get_context"]

logger = logging.getLogger("scoring.collection")


class CorrelationContext:
    """What ties rows of several collections together."""

    def get_id(self) -> str:
        return ""

    def __str__(self) -> str:
        return self.get_id()


class BasicCorrelationContext(CorrelationContext):
    """`id` is the request's id, where the caller names none."""

    def __init__(
        self,
        id: str | None = None,
        timestamp: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.id = id or active.request_id() or str(uuid.uuid4())
        self.timestamp = timestamp or int(time.time())
        self.headers = dict(headers or {})

    def get_id(self) -> str:
        return self.id

    def get_timestamp(self) -> int:
        return self.timestamp

    def get_headers(self) -> dict[str, str]:
        return self.headers


def get_context() -> CorrelationContext:
    return BasicCorrelationContext()


class Collector:
    """Rows of a pandas DataFrame under a name. Where nothing is collected it says so once and lets everything pass."""

    def __init__(self, *, name: str, on_error: Callable[[Exception], Any] | None = None) -> None:
        self.name = name
        self._on_error = on_error
        if not name:
            self._problem("collection name is not provided")
        elif active.writer is None:
            logger.warning(
                "Collector %r: nothing is collected; set SLIPWAY_COLLECT to collect", name
            )

    def collect(
        self, data: Any, correlation_context: CorrelationContext | None = None
    ) -> CorrelationContext:
        context = get_context() if correlation_context is None else correlation_context
        if active.writer is None:
            return context
        if not (hasattr(data, "to_json") and hasattr(data, "columns")):
            self._problem(
                f"data type ({type(data).__name__}) not supported, supported types: pandas.DataFrame",
                TypeError,
            )
            return context
        item = Logged(self.name, context.get_id(), active.request_id(), rows.of_frame(data))
        if not active.writer.submit(item):
            self._problem("the queue is full, the data is dropped")
        return context

    def _problem(self, text: str, kind: type[Exception] = Exception) -> None:
        error = kind(text)
        if self._on_error is None:
            raise error
        self._on_error(error)
