"""What the collectors of an entry script find: this process' writer, and the request that is being computed."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from scoring.collection.writer import Writer
from scoring.http.message import Request

writer: Writer | None = None

request_id: ContextVar[str] = ContextVar("request_id", default="")


def carry(request: Request, function: Callable[..., Any]) -> Callable[..., Any]:
    """`function`, during which `request_id` is the request's."""
    known = request.outcome.request_id

    def with_id(*arguments: Any) -> Any:
        token = request_id.set(known)
        try:
            return function(*arguments)
        finally:
            request_id.reset(token)

    return with_id
