"""The access log: one line a request, made by the writer's thread."""

from __future__ import annotations

import time
from functools import partial

from scoring.http.message import Request, Response
from scoring.server.logs import Writer, line

# Probes would drown everything else.
_QUIET = frozenset({"/", "/metrics", "/v2/health/live", "/v2/health/ready"})


class AccessLog:
    """An observer."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    def __call__(self, request: Request, response: Response) -> None:
        if request.path not in _QUIET or response.status >= 400:
            self._writer.put(
                partial(_line, time.time(), request, response.status, len(response.body))
            )


def _line(when: float, request: Request, status: int, size: int) -> str:
    outcome = request.outcome
    path = f"{request.path}?{request.query}" if request.query else request.path
    more: dict[str, object] = {
        "method": request.method,
        "path": path,
        "status": status,
        "duration_ms": round(outcome.total_seconds * 1e3, 3),
        "bytes": size,
        "request_id": outcome.request_id,
        "client": request.client,
    }
    if outcome.client_request_id:
        more["client_request_id"] = outcome.client_request_id
    if outcome.queue_seconds is not None and outcome.compute_seconds is not None:
        more["queue_ms"] = round(outcome.queue_seconds * 1e3, 3)
        more["run_ms"] = round(outcome.compute_seconds * 1e3, 3)
    return line(when, "INFO", "scoring.access", f"{request.method} {path} {status}", **more)
