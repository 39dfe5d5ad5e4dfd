"""Traces: one server span per request that reached a model, or was refused; queue and compute as its children.

Attribute names are OpenTelemetry's semantic conventions for HTTP, and for gRPC where the call came that way.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from opentelemetry import context, trace
from opentelemetry.propagate import extract
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import Span, SpanKind, Status, StatusCode

from scoring.http.message import Request, Response
from scoring.oip.rpc import GRPC_STATUS, RPC


class Tracing:
    """`carry` before the model is called, `observe` after the answer."""

    def __init__(self, provider: TracerProvider) -> None:
        self._tracer = provider.get_tracer("scoring")

    def carry(self, request: Request, function: Callable[..., Any]) -> Callable[..., Any]:
        """`function` in the request's context: spans and log lines of the entry script belong to its trace."""
        span = self._begun(request)
        request.outcome.span = span
        inside = trace.set_span_in_context(span)

        def in_context(*arguments: Any) -> Any:
            token = context.attach(inside)
            try:
                return function(*arguments)
            finally:
                context.detach(token)

        return in_context

    def observe(self, request: Request, response: Response) -> None:
        outcome = request.outcome
        span: Span | None = outcome.span
        if span is None:
            if outcome.compute_seconds is None and response.status < 400:
                return  # probes, documents
            span = self._begun(request)
        self._times(request, span)
        span.set_attributes(_attributes(request, response))
        if response.status >= 500:
            span.set_status(Status(StatusCode.ERROR))
        if outcome.error is not None:
            span.record_exception(outcome.error)
        span.end(_epoch_ns(request.received_at + outcome.total_seconds))

    def _begun(self, request: Request) -> Span:
        return self._tracer.start_span(
            _name(request),
            context=extract(request.headers),
            kind=SpanKind.SERVER,
            start_time=_epoch_ns(request.received_at),
        )

    def _times(self, request: Request, span: Span) -> None:
        outcome = request.outcome
        if outcome.compute_seconds is None or not span.is_recording():
            return
        inside = trace.set_span_in_context(span)
        # The model is the last thing that is waited for before the answer is written.
        ended = _epoch_ns(request.received_at + outcome.total_seconds)
        began = ended - int(outcome.compute_seconds * 1e9)
        queued = began - int((outcome.queue_seconds or 0.0) * 1e9)
        for name, start, end in (("queue", queued, began), ("compute", began, ended)):
            self._tracer.start_span(name, context=inside, start_time=start).end(end)


def _epoch_ns(monotonic: float) -> int:
    return time.time_ns() - int((time.monotonic() - monotonic) * 1e9)


def _name(request: Request) -> str:
    route = request.outcome.route
    if request.method == RPC:
        return route.lstrip("/") or "unknown method"
    return f"{request.method} {route}".rstrip()


def _attributes(request: Request, response: Response) -> dict[str, str | int]:
    outcome = request.outcome
    transport = _of_rpc if request.method == RPC else _of_http
    found = transport(request, response) | {"scoring.request_id": outcome.request_id}
    if outcome.model:
        found["scoring.model"] = outcome.model
        found["scoring.model.version"] = outcome.model_version or ""
    if outcome.error is not None:
        found["error.type"] = type(outcome.error).__name__
    return found


def _of_http(request: Request, response: Response) -> dict[str, str | int]:
    return {
        "http.request.method": request.method,
        "http.route": request.outcome.route,
        "http.response.status_code": response.status,
        "url.path": request.path,
        "url.scheme": request.scheme,
    }


def _of_rpc(request: Request, response: Response) -> dict[str, str | int]:
    service, _, method = request.path.lstrip("/").rpartition("/")
    return {
        "rpc.system": "grpc",
        "rpc.service": service,
        "rpc.method": method,
        "rpc.grpc.status_code": int(dict(response.headers)[GRPC_STATUS]),
    }
