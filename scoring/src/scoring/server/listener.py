"""Granian's HTTP server on a socket that we have opened, in a process, thread and event loop that we own.

Granian's own supervisor would fork, log and handle signals by itself; here one event loop is shared with gRPC, and
the main thread belongs to the entry script. So this uses the worker class underneath (docs/decisions/0060).
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import struct
import sys
from typing import Any

from granian._granian import RSGIWorker, SocketHolder, WorkerSignal
from granian.http import HTTP1Settings, HTTP2Settings

from scoring.errors import ScoringError
from scoring.http.app import Application
from scoring.server.arrival import Arrivals, Scheduler
from scoring.server.tls import PLAIN, TlsContext

_BACKLOG = 2048
_UNLIMITED = 2**20
# After the door is shut: a request that was under way on a kept-alive connection is still taken. A pause for such
# ones, and how often one more is made when some have come in it.
_LAST_WORDS_SECONDS = 0.25
_MOST_LAST_WORDS = 4
# Granian has this long to end the connections of a former certificate.
_STOP_SECONDS = 2.0
# Before the door is shut, those in front of it are let in.
_LOOKS_AT_THE_QUEUE = 200
_LOOK_SECONDS = 0.005
# struct tcp_info: eight bytes, four 32-bit numbers, then tcpi_unacked, which for a listening socket is its queue.
_UNACKED = struct.Struct("=8x16xI")
# After a change of certificates, how long an idle connection may stay on the old one.
_LINGER_SECONDS = 30.0
# Granian's own timer for heads also runs while a connection rests; that long it only stands in for `keeper`.
_HEAD_SLACK_SECONDS = 5.0
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
    # Here already, and not only in Granian: the mode belongs to the socket, not to a descriptor, so a process that
    # duplicates a blocking one makes it so for all others for a moment. Granian's thread in one of them would wait in
    # accept() for the next client, and the last one's request would wait with it.
    listening.setblocking(False)
    return listening


class Listener:
    """Serves an application; all methods are called on the event loop. Beyond `places` connections Granian accepts
    no more: they wait in the system's queue."""

    def __init__(
        self,
        application: Application,
        listening: socket.socket,
        tls: TlsContext = PLAIN,
        places: int = _UNLIMITED,
    ) -> None:
        self._application = application
        self._listening = listening
        self._places = places
        self._tls = tls
        self._generation: _Generation | None = None
        self._leaving: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        self._generation = _Generation(self._application, self._listening, self._tls, self._places)

    def replace_tls(self, tls: TlsContext) -> None:
        """New connections get the new certificate; those that are open are asked to close with their next answer."""
        self._tls = tls
        old = self._generation
        self.start()
        if old is not None:
            task = asyncio.create_task(old.leave(_LINGER_SECONDS))
            self._leaving.add(task)
            task.add_done_callback(self._leaving.discard)

    def let_go(self) -> None:
        """Answers from now on ask the client to close its connection; new ones are still accepted."""
        if self._generation is not None:
            self._generation.ask_to_close()

    async def shut(self) -> None:
        """New connections are refused; those that are open end with the answer to what is in flight on them."""
        self._listening.close()
        for task in list(self._leaving):
            task.cancel()
        if self._generation is None:
            return
        await self._generation.shut_the_door()
        for _ in range(_MOST_LAST_WORDS):
            before = self._application.arrived
            await asyncio.sleep(_LAST_WORDS_SECONDS)
            if self._application.arrived == before:
                break
        self._generation.end()

    async def ended(self, seconds: float) -> None:
        """Returns when the last connection has gone, or after so long: some clients never end what they send."""
        if self._generation is not None:
            await self._generation.ended(seconds)


class _Generation:
    """One Granian worker; several share the listening socket while certificates change."""

    def __init__(
        self, application: Application, listening: socket.socket, tls: TlsContext, places: int
    ) -> None:
        loop = asyncio.get_running_loop()
        self._stopped: asyncio.Future[None] = loop.create_future()
        self._signal = WorkerSignal()
        self._signal.add_cb(lambda: loop.call_soon_threadsafe(self._stopped.set_result, None))
        # The worker accepts on this very descriptor; the holder closes it when it goes.
        self._holder = SocketHolder(listening.dup().detach(), False, _BACKLOG)  # type: ignore[call-arg]  # stub is wrong
        self._arrivals = Arrivals(application)
        self._shut = False
        self._is_ending = False
        settings = application.service.settings
        head = max(settings.keep_alive_seconds, settings.head_read_timeout_seconds)
        worker = _worker(self._holder, tls, places, head + _HEAD_SLACK_SECONDS)
        worker.serve_async(Scheduler(loop, self._arrivals), loop, self._signal)

    def ask_to_close(self) -> None:
        self._arrivals.closing = True

    async def leave(self, linger: float) -> None:
        self.ask_to_close()
        await self.shut_the_door()
        try:
            await asyncio.sleep(linger)
        finally:
            self.end()
            await self.ended(_STOP_SECONDS)

    def end(self) -> None:
        """Idle connections are closed, HTTP/2's clients told; what is in flight is answered."""
        if not self._is_ending:
            self._is_ending = True
            self._signal.set()

    async def ended(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asyncio.shield(self._stopped), seconds)

    async def shut_the_door(self) -> None:
        """Nobody is accepted any more; who was already waiting to be, is."""
        if self._shut:
            return
        self._shut = True
        for _ in range(_LOOKS_AT_THE_QUEUE):
            if not _waiting_to_be_accepted(self._holder.get_fd()):
                break
            await asyncio.sleep(_LOOK_SECONDS)
        # Granian can only stop accepting by also dropping idle connections, on one of which a request may just be
        # under way. A socket to which nobody connects takes the place of the real one under the same descriptor.
        with socket.create_server(("127.0.0.1", 0), backlog=1) as nobody:
            nobody.setblocking(False)
            os.dup2(nobody.fileno(), self._holder.get_fd())


def _waiting_to_be_accepted(descriptor: int) -> int:
    """Connections that the system has taken and would reset if their socket were closed now (tcp(7), TCP_INFO)."""
    if not sys.platform.startswith("linux"):
        return 0  # no other system tells
    with socket.socket(fileno=os.dup(descriptor)) as listening:
        info = listening.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _UNACKED.size)
    waiting: int = _UNACKED.unpack(info)[0]
    return waiting


def _worker(holder: SocketHolder, tls: TlsContext, places: int, head_seconds: float) -> Any:
    make: Any = RSGIWorker  # its stub lacks parameters that the class has
    return make(
        1,
        (None, holder),
        None,
        1,  # Tokio's threads
        8,  # their helpers
        1,  # threads that run Python: ours
        30,
        places + 1,  # one place is held for whoever comes next
        "auto",
        HTTP1Settings(header_read_timeout=round(head_seconds * 1000), max_buffer_size=_HEAD_BYTES),
        HTTP2Settings(max_headers_size=_HEAD_BYTES),
        False,
        None,
        *tls,
        (None, None),
    )
