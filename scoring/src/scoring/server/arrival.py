"""Granian's side of a request: what arrives in its thread, and how a body is waited for there."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from granian import _futures

from scoring.http.app import Application
from scoring.http.exchange import Exchange
from scoring.http.message import Outcome, Request
from scoring.server.loop import Immediate
from scoring.tracebacks import forget_frames


class ScopeRequest(Request):
    """Reads the rest of Granian's scope where it is wanted, which is seldom in the thread that takes requests."""

    __slots__ = ("_scope",)

    def __init__(self, scope: Any) -> None:
        self._scope = scope
        self.method = scope.method
        self.path = scope.path
        self.client = scope.client
        self.body = b""
        self.received_at = time.monotonic()
        self.outcome = Outcome()

    def header(self, name: str) -> str | None:
        found: str | None = self._scope.headers.get(name)
        return found

    def __getattr__(self, name: str) -> Any:
        """Called for a slot that is not filled yet."""
        read = _READ.get(name)
        if read is None:
            raise AttributeError(name)
        value = read(self._scope)
        setattr(self, name, value)
        return value


class Arrivals:
    """Called with each request's watcher, in Granian's thread that runs Python."""

    def __init__(self, application: Application) -> None:
        self._application = application
        #: Ask clients to close their connections with the next answer.
        self.closing = False

    def __call__(self, watcher: Any) -> None:
        request = ScopeRequest(watcher.scope)
        exchange = Exchange(self._application, request, watcher.proto, closing=self.closing)
        if self._application.arrive(exchange):
            kind = _BodyAnywhere if exchange.route.anywhere else _Body
            exchange.arriving = exchange.protocol()
            exchange.arriving.add_done_callback(kind(self._application, exchange), context=None)


# The class under both of Granian's schedulers, which lies in a module without types.
_base: Any = _futures


class Scheduler(_base._BaseCBScheduler):  # type: ignore[misc]  # likewise
    """Hands requests to `arrivals` without a task for each, and without a second call into the event loop for each
    body, as Granian's own schedulers do (docs/decisions/0078)."""

    def __new__(cls, loop: Any, arrivals: Arrivals) -> Any:
        return super().__new__(cls, loop, None, None, None, None)

    def __init__(self, loop: Any, arrivals: Arrivals) -> None:
        self._schedule_fn = arrivals


class _Body:
    """Called with Granian's future of a request's body."""

    __slots__ = ("_application", "_exchange")

    def __init__(self, application: Application, exchange: Exchange) -> None:
        self._application = application
        self._exchange = exchange

    def __call__(self, future: Any) -> None:
        # The future keeps this callback, and so the exchange.
        self._exchange.arriving = None
        try:
            body = future.result()
        except Exception as gone:
            # Granian's only way to say that the client has gone. Its future keeps the exception for good: with this
            # frame in its traceback, both would keep each other, and the request, where no collector sees it.
            forget_frames(gone)
            self._application.incomplete(self._exchange)
        else:
            self._application.complete(self._exchange, body)


class _BodyAnywhere(_Body, Immediate):
    """The same in Granian's thread."""

    __slots__ = ()


def _headers(received: Any) -> dict[str, str]:
    pairs = received.items()
    headers = dict(pairs)
    if len(headers) != len(pairs):
        headers = {}
        for name, value in pairs:
            headers[name] = f"{headers[name]},{value}" if name in headers else value
    return headers


_READ: dict[str, Callable[[Any], Any]] = {
    "headers": lambda scope: _headers(scope.headers),
    "query": lambda scope: scope.query_string,
    "scheme": lambda scope: scope.scheme,
    "http_version": lambda scope: scope.http_version,
}
