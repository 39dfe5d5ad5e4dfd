"""Serves a `Provider` to the engine over gRPC, in this very process, and records every call."""

import threading
from collections.abc import Callable
from concurrent import futures
from types import TracebackType
from typing import Any

import grpc
from pulumi.runtime.proto import provider_pb2_grpc

from pytest_pulumi.provider import Provider, ProviderCall
from pytest_pulumi.servicer import Servicer

_THREADS = 32  # the engine works on as many resources at once
_MESSAGE_BYTES = 400 * 1024 * 1024  # the engine's own limit
BEFORE, DONE, AFTER = "before", "done", "after"

Watcher = Callable[[str, ProviderCall], None]
"""Told of each call three times: `before` it is worked on, when it is `done`, and `after` the
answer was sent. What it raises at `before` and `done` fails the call."""


class ProviderServer:
    """One provider on a port of its own, on the loopback interface.

    The engine attaches to it: `PULUMI_DEBUG_PROVIDERS=<package>:<port>`.
    """

    def __init__(self, provider: Provider) -> None:
        self.provider = provider
        self.calls: list[ProviderCall] = []
        self.watchers: list[Watcher] = []
        self._changed = threading.Condition()
        options = [
            ("grpc.max_receive_message_length", _MESSAGE_BYTES),
            ("grpc.max_send_message_length", _MESSAGE_BYTES),
            ("grpc.so_reuseport", 0),
        ]
        pool = futures.ThreadPoolExecutor(_THREADS, thread_name_prefix="provider")
        self._server = grpc.server(pool, options=options)
        register: Any = provider_pb2_grpc.add_ResourceProviderServicer_to_server
        register(Servicer(provider, self._tell), self._server)
        self.port = self._server.add_insecure_port("127.0.0.1:0")
        self._server.start()

    def __enter__(self) -> "ProviderServer":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def attach(self) -> str:
        """This server's part of `PULUMI_DEBUG_PROVIDERS`."""
        return f"{self.provider.package}:{self.port}"

    def of(self, method: str, type_: str | None = None) -> list[ProviderCall]:
        """The calls of a method, oldest first; `Create` and `Update` without those of previews."""
        return [
            call
            for call in list(self.calls)
            if call.method == method and not call.preview and type_ in (None, call.type)
        ]

    def wait_for(
        self, method: str, type_: str | None = None, *, nth: int = 1, timeout: float = 60
    ) -> ProviderCall:
        """The n-th such call, as soon as it has come in.

        Raises AssertionError after `timeout` seconds.
        """
        with self._changed:
            if not self._changed.wait_for(lambda: len(self.of(method, type_)) >= nth, timeout):
                seen = ", ".join(f"{c.method} {c.type}" for c in self.calls) or "nothing"
                raise AssertionError(f"no {method} {type_ or ''} within {timeout} s; came: {seen}")
        return self.of(method, type_)[nth - 1]

    def forget(self) -> None:
        """Drop the calls recorded so far."""
        with self._changed:
            self.calls.clear()

    def stop(self) -> None:
        """Stop serving; calls under way are aborted."""
        self._server.stop(0).wait()

    def _tell(self, moment: str, call: ProviderCall) -> None:
        if moment == BEFORE:
            with self._changed:
                self.calls.append(call)
                self._changed.notify_all()
        for watcher in list(self.watchers):
            watcher(moment, call)
