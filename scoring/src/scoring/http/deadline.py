"""Time limits of a request, and what a client is told when one is passed."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from scoring.engine import job
from scoring.http.errors import Refusal
from scoring.http.message import Request

if TYPE_CHECKING:
    from scoring.settings import Settings

#: A client's own limit in milliseconds for queue and run together; it can only shorten the server's.
DEADLINE_HEADER = "x-request-timeout-ms"

_RETRY = [("Retry-After", "1")]


def deadline_of(request: Request, server_limit_ms: int | None) -> float | None:
    """The `time.monotonic()` by which the request wants its answer. Raises Refusal (400): not a positive number."""
    given = request.header(DEADLINE_HEADER)
    if given is None:
        return None if server_limit_ms is None else request.received_at + server_limit_ms / 1000
    limit = _milliseconds(given)
    if server_limit_ms is not None:
        limit = min(limit, server_limit_ms)
    return request.received_at + limit / 1000


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


def refusal_of(error: job.ExecutorError, settings: Settings) -> Exception:
    """What the client is told; an Overrun is the caller's to explain and comes back as it is."""
    match error:
        case job.QueueFull():
            return Refusal(503, f"The server is busy: {error}.", _RETRY)
        case job.QueueWaitExceeded():
            waited = f"{settings.max_queue_wait_ms} ms in the queue"
            return Refusal(
                503, f"The server is busy: no worker became free within {waited}.", _RETRY
            )
        case job.Draining():
            return Refusal(503, "The server is stopping.", _RETRY)
        case job.DeadlineExceeded():
            where = "while it ran" if error.started else "in the queue"
            return Refusal(504, f"The request's time limit passed {where}.", _RETRY)
    return error
