"""The access log: one line a request, made by the writer's thread."""

from __future__ import annotations

import time
from functools import partial

import msgspec

from scoring.http.message import Request, Response
from scoring.server.logs import Writer, time_text

# Probes would drown everything else.
_QUIET = frozenset(
    {"/", "/metrics", "/v2/health/live", "/v2/health/ready"}
    | {f"/grpc.health.v1.Health/{name}" for name in ("Check", "Watch")}
    | {f"/inference.GRPCInferenceService/{name}" for name in ("ServerLive", "ServerReady")}
)


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
    entry = _Entry(
        time_text(when),
        "INFO",
        "scoring.access",
        f"{request.method} {path} {status}",
        request.method,
        path,
        status,
        round(outcome.total_seconds * 1e3, 3),
        size,
        outcome.request_id,
        outcome.client_request_id,
        request.client,
        _milliseconds(outcome.queue_seconds),
        _milliseconds(outcome.compute_seconds),
    )
    return _encode(entry).decode()


def _milliseconds(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds * 1e3, 3)


class _Entry(msgspec.Struct, omit_defaults=True):
    """One line; fields as in every other log line, then those of a request."""

    time: str
    level: str
    logger: str
    message: str
    method: str
    path: str
    status: int
    duration_ms: float
    bytes: int
    request_id: str
    client_request_id: str = ""
    client: str = ""
    queue_ms: float | None = None
    run_ms: float | None = None


_encode = msgspec.json.Encoder().encode
