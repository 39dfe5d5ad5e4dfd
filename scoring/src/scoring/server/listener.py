"""Granian's HTTP server on a socket that we have opened, in a process, thread and event loop that we own.

Granian's own supervisor would fork, log and handle signals by itself; here one event loop is shared with gRPC, and
the main thread belongs to the entry script. So this uses the worker class underneath (docs/decisions/0060).
"""

from __future__ import annotations

import asyncio
import socket
from typing import Any

from granian._futures import _future_watcher_wrapper, _new_cbscheduler
from granian._granian import RSGIWorker, SocketHolder, WorkerSignal
from granian.http import HTTP1Settings, HTTP2Settings

from scoring.errors import ScoringError
from scoring.server.tls import PLAIN, TlsContext

_BACKLOG = 2048
# A client that sends its head slower than this is cut off (milliseconds).
_HEAD_TIMEOUT_MS = 30_000
# Request line and headers together; larger heads are answered 431 by the server itself.
_HEAD_BYTES = 64 * 1024


def bind(host: str, port: int, *, shared: bool = False) -> socket.socket:
    """A listening socket. Raises ScoringError when the address cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listening = socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except OSError as error:
        why = error.strerror or str(error)
        raise ScoringError(
            f"Port {port} on {host} cannot be used ({why}); choose another with --port."
        ) from None
    listening.set_inheritable(shared)
    return listening


class Listener:
    """Serves an RSGI application; all methods are called on the event loop."""

    def __init__(self, application: Any, listening: socket.socket, tls: TlsContext = PLAIN) -> None:
        self._application = application
        self._listening = listening
        self._tls = tls
        self._generation: _Generation | None = None

    def start(self) -> None:
        self._generation = _Generation(self._application, self._listening, self._tls)

    async def replace_tls(self, tls: TlsContext) -> None:
        """New connections get the new certificate; those that are open end with their last answer."""
        self._tls = tls
        old = self._generation
        self.start()
        if old is not None:
            await old.stop()

    async def stop(self) -> None:
        """Accepts nothing more; returns when Granian has let go of every connection."""
        if self._generation is not None:
            await self._generation.stop()


class _Generation:
    """One Granian worker; several may accept from the same socket while certificates change."""

    def __init__(self, application: Any, listening: socket.socket, tls: TlsContext) -> None:
        loop = asyncio.get_running_loop()
        self._stopped: asyncio.Future[None] = loop.create_future()
        self._signal = WorkerSignal()
        self._signal.add_cb(lambda: loop.call_soon_threadsafe(self._stopped.set_result, None))
        # The holder closes its descriptor when it goes; the socket stays ours.
        self._holder = SocketHolder(listening.dup().detach(), False, _BACKLOG)  # type: ignore[call-arg]  # stub is wrong
        scheduler = _new_cbscheduler(
            loop, _future_watcher_wrapper(application.__rsgi__), impl_asyncio=True
        )
        _worker(self._holder, tls).serve_async(scheduler, loop, self._signal)

    async def stop(self) -> None:
        self._signal.set()
        await self._stopped


def _worker(holder: SocketHolder, tls: TlsContext) -> Any:
    make: Any = RSGIWorker  # its stub lacks parameters that the class has
    return make(
        1, (None, holder), None,
        1, 8, 1, 30,  # one Tokio thread; its helpers; one thread that runs Python (ours)
        _BACKLOG, "auto",
        HTTP1Settings(header_read_timeout=_HEAD_TIMEOUT_MS, max_buffer_size=_HEAD_BYTES),
        HTTP2Settings(max_headers_size=_HEAD_BYTES),
        False, None, *tls, (None, None),
    )  # fmt: skip
