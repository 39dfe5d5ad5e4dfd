"""One request and its answer as a record; made from what went over the wire, in the writer's thread."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import orjson

from scoring.http.message import Request, Response

Record = dict[str, Any]

#: Columns of a table of records, in this order.
FIELDS = (
    "time",
    "collection",
    "request_id",
    "client_request_id",
    "correlation_id",
    "method",
    "route",
    "model",
    "version",
    "status",
    "seconds",
    "inputs",
    "outputs",
    "error",
    "omitted",
)


class Scored:
    """A request that reached the model, or was refused with its body read."""

    def __init__(self, request: Request, response: Response) -> None:
        self.request = request
        self.response = response
        self.at = time.time()

    @property
    def size(self) -> int:
        return len(self.request.body) + len(self.response.body)

    def record(self, limit: int) -> Record:
        """Inputs or outputs of more than `limit` bytes are left out and named in `omitted`."""
        request, response, outcome = self.request, self.response, self.request.outcome
        omitted = [
            name
            for name, body in (("inputs", request.body), ("outputs", response.body))
            if len(body) > limit
        ]
        return {
            "time": rfc3339(self.at - outcome.total_seconds),
            "collection": "requests",
            "request_id": outcome.request_id,
            "client_request_id": outcome.client_request_id or None,
            "method": request.method,
            "route": outcome.route,
            "model": outcome.model,
            "version": outcome.model_version,
            "status": response.status,
            "seconds": round(outcome.total_seconds, 6),
            "inputs": None if "inputs" in omitted else _body(request.body, outcome.inputs),
            "outputs": None if "outputs" in omitted else _body(response.body, outcome.outputs),
            "error": _error(outcome.error),
            "omitted": omitted or None,
        }


class Logged:
    """Rows that an entry script handed to a collector by itself."""

    def __init__(self, collection: str, correlation_id: str, request_id: str, rows: Any) -> None:
        self.collection = collection
        self.correlation_id = correlation_id
        self.request_id = request_id
        self.rows = rows
        self.at = time.time()
        self.size = len(rows) if isinstance(rows, bytes) else 0

    def record(self, limit: int) -> Record:
        too_large = self.size > limit
        return {
            "time": rfc3339(self.at),
            "collection": self.collection,
            "request_id": self.request_id or None,
            "correlation_id": self.correlation_id,
            "inputs": None if too_large else _body(self.rows, None),
            "omitted": ["inputs"] if too_large else None,
        }


def rfc3339(seconds: float) -> str:
    """UTC, microseconds."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="microseconds")


def _body(body: bytes, values: Any) -> Any:
    """The body's JSON; for other bodies the tensors that were read from it, or else its text."""
    if body[:1] in b'{["-0123456789tfn \t\r\n' and body:
        try:
            return orjson.loads(body)
        except orjson.JSONDecodeError:
            pass
    if values is not None and (not body or _are_tensors(values)):
        return plain(values)
    return body.decode(errors="replace") if body else None


def _are_tensors(values: Any) -> bool:
    return isinstance(values, Mapping) and all(
        hasattr(value, "tolist") for value in values.values()
    )


def _error(error: BaseException | None) -> str | None:
    return None if error is None else f"{type(error).__name__}: {error}"


def plain(value: Any) -> Any:
    """`value` in JSON's types: arrays become nested lists, what has no JSON form its text."""
    if isinstance(value, Mapping):
        return {str(key): plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    if hasattr(value, "tolist"):
        return plain(value.tolist())
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)
