"""Time limits of a request, and what a client is told when one is passed."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from scoring.engine import executor
from scoring.http.errors import Refusal
from scoring.http.message import Request

if TYPE_CHECKING:
    from scoring.service import Service
    from scoring.settings import Settings

#: A client's own limit in milliseconds for queue and run together; it can only shorten the server's.
DEADLINE_HEADER = "x-request-timeout-ms"

_RETRY = [("Retry-After", "1")]


def deadline_of(request: Request, server_limit_ms: int | None) -> float | None:
    """Raises Refusal (400) when the header is not a positive number."""
    given = request.headers.get(DEADLINE_HEADER)
    limits = [float(limit) for limit in (server_limit_ms,) if limit is not None]
    if given is not None:
        limits.append(_milliseconds(given))
    return request.received_at + min(limits) / 1000 if limits else None


def _milliseconds(given: str) -> float:
    try:
        value = float(given)
    except ValueError:
        value = math.nan
    if not 0 < value < math.inf:
        raise Refusal(
            400,
            f"{DEADLINE_HEADER} is {given[:40]!r}; it must be a positive number of milliseconds",
        )
    return value


async def compute(
    service: Service, request: Request, function: Callable[..., Any], *arguments: Any
) -> Any:
    """Raises Refusal (503, 504) with Retry-After, and whatever `function` raises."""
    settings = service.settings
    try:
        return await service.executor.run(
            function,
            *arguments,
            deadline=deadline_of(request, settings.request_timeout_ms),
            limit=settings.run_timeout_ms / 1000,
            outcome=request.outcome,
        )
    except executor.ExecutorError as error:
        raise refusal_of(error, settings) from None


def refusal_of(error: executor.ExecutorError, settings: Settings) -> Exception:
    """What the client is told; an Overrun is the caller's to explain and comes back as it is."""
    match error:
        case executor.QueueFull():
            return Refusal(503, f"The server is busy: {error}.", _RETRY)
        case executor.QueueWaitExceeded():
            waited = f"{settings.max_queue_wait_ms} ms in the queue"
            return Refusal(
                503, f"The server is busy: no worker became free within {waited}.", _RETRY
            )
        case executor.Draining():
            return Refusal(503, "The server is stopping.", _RETRY)
        case executor.DeadlineExceeded():
            where = "while it ran" if error.started else "in the queue"
            return Refusal(504, f"The request's time limit passed {where}.", _RETRY)
    return error
