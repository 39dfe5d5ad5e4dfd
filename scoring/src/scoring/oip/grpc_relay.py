"""The gRPC port. grpcio's own listener could neither end connections without losing calls nor choose TLS versions.

When a grpcio server stops, calls that come in on open connections are cancelled before their clients have heard that
it stops. Here bytes go from this port to the grpcio server behind it (a socket of this process) and back, so that
every client can be told first, while the server still answers (docs/decisions/0079).
"""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import shutil
import socket
import ssl
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import cast

from scoring.errors import ScoringError
from scoring.oip.grpc_goaway import Frames
from scoring.oip.grpc_requests import Requests, Unacceptable
from scoring.server.census import shown

logger = logging.getLogger("scoring.grpc")

_BACKLOG = 2048
_HANDSHAKE_SECONDS = 10.0
# Clients that have been told that nothing more comes have this long to close.
_PARTING_SECONDS = 1.0
_LOOK_SECONDS = 0.01


class Relay:
    """Lives on one event loop. `limit`: how many connections it takes; `closed(why, how_many)` is told of others."""

    def __init__(self, limit: int, closed: Callable[[str, int], None]) -> None:
        self._limit = limit
        self._closed = closed
        self._path = ""
        self._listening: asyncio.Server | None = None
        self._ends: set[_Outer] = set()
        self._heard = 0.0

    def meet(self) -> str:
        """Where the grpcio server is to listen from now on, in gRPC's notation; open connections stay as they are."""
        self._forget_place()
        self._path, inside = _meeting_place()
        return inside

    async def start(self, host: str, port: int, tls: ssl.SSLContext | None, *, shared: bool) -> int:
        """The port it got. Raises ScoringError."""
        loop = asyncio.get_running_loop()
        try:
            self._listening = await loop.create_server(
                lambda: _Outer(self),
                host,
                port,
                backlog=_BACKLOG,
                ssl=tls,
                ssl_handshake_timeout=None if tls is None else _HANDSHAKE_SECONDS,
                reuse_port=shared or None,
            )
        except OSError as error:
            why = error.strerror or str(error)
            raise ScoringError(
                f"Port {port} on {host} cannot be used for gRPC ({why}); choose another with --grpc-port."
            ) from None
        return int(self._listening.sockets[0].getsockname()[1])

    def let_go(self) -> None:
        """No new connections; every client is asked to open no new calls on those that it has."""
        if self._listening is not None:
            self._listening.close()
        for end in list(self._ends):
            end.let_go()

    def is_quiet(self, seconds: float) -> bool:
        """All clients have left, or those that stay have said nothing for so long."""
        return not self._ends or time.monotonic() - self._heard > seconds

    async def stop(self) -> None:
        """Ends all connections. Their clients may have sent what nobody has read: closed at once, the system would
        reset such a connection, and the last answers on it would be lost."""
        for end in list(self._ends):
            end.part()
        until = time.monotonic() + _PARTING_SECONDS
        while self._ends and time.monotonic() < until:
            await asyncio.sleep(_LOOK_SECONDS)
        for end in list(self._ends):
            end.leave()
        self._forget_place()

    def came(self, end: _Outer) -> bool:
        """False: there is no place for it."""
        if len(self._ends) >= self._limit:
            self._closed("refused", 1)
            return False
        self._ends.add(end)
        return True

    def went(self, end: _Outer) -> None:
        self._ends.discard(end)

    def heard(self) -> None:
        self._heard = time.monotonic()

    def _forget_place(self) -> None:
        if self._path and not self._path.startswith("\0"):
            shutil.rmtree(Path(self._path).parent, ignore_errors=True)

    async def connect(self, end: _Outer, client: str) -> _Inner:
        """To the grpcio server, under a name that tells it who the client is. Raises OSError."""
        loop = asyncio.get_running_loop()
        line = socket.socket(socket.AF_UNIX)
        try:
            line.setblocking(False)
            if sys.platform == "linux":
                line.bind(f"\0{os.getpid()}-{secrets.token_hex(8)}/{client}")
            await loop.sock_connect(line, self._path)
            _, inner = await loop.create_unix_connection(lambda: _Inner(end), sock=line)
        except BaseException:
            line.close()
            raise
        return inner


class _End(asyncio.Protocol):
    """One side of a relayed connection."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self.other: _End | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)

    def leave(self) -> None:
        if self.transport is not None:
            self.transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        if self.other is not None:
            self.other.leave()

    # Who cannot be written to must not be read for.

    def pause_writing(self) -> None:
        if self.other is not None and self.other.transport is not None:
            self.other.transport.pause_reading()

    def resume_writing(self) -> None:
        if self.other is not None and self.other.transport is not None:
            self.other.transport.resume_reading()


class _Outer(_End):
    """The client's side."""

    def __init__(self, relay: Relay) -> None:
        super().__init__()
        self._relay = relay
        self._frames = Frames()
        self._requests = Requests()
        self._client = ""
        self._early: list[bytes] = []
        self._joining: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        assert self.transport is not None  # noqa: S101  (set by the line above)
        self._client = shown(self.transport.get_extra_info("peername"))
        if not self._relay.came(self):
            self.transport.abort()
            return
        self._joining = asyncio.get_running_loop().create_task(self._join(self.transport))

    async def _join(self, transport: asyncio.Transport) -> None:
        try:
            inner = await self._relay.connect(self, self._client)
        except OSError:
            transport.abort()
            return
        if transport.is_closing():
            inner.leave()
            return
        self.other = inner
        if self._early:
            self.data_received(b"".join(self._early))
            self._early.clear()
            transport.resume_reading()

    def data_received(self, data: bytes) -> None:
        self._relay.heard()
        if self.other is not None and self.other.transport is not None:
            self._hand_on(data, self.other.transport)
        elif self.transport is not None:
            # uvloop does not heed a pause that is asked for in connection_made().
            self._early.append(data)
            self.transport.pause_reading()

    def _hand_on(self, data: bytes, to: asyncio.Transport) -> None:
        try:
            data = self._requests.passed(data)
        except Unacceptable as why:
            logger.info("A connection of gRPC is ended: %s", why, extra={"client": self._client})
            self.leave()
            return
        if data and not to.is_closing():
            to.write(data)

    def answer(self, data: bytes) -> None:
        if self.transport is not None and not self.transport.is_closing():
            self.transport.write(self._frames.passed(data))

    def let_go(self) -> None:
        if self.transport is not None:
            self.transport.write(self._frames.ask())

    def part(self) -> None:
        """Says nothing more; what the client still says is read until it goes as well."""
        if self.transport is None or self.transport.is_closing():
            return
        if self.transport.can_write_eof():
            self.transport.write_eof()
        else:
            self.transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        self._relay.went(self)
        super().connection_lost(error)


class _Inner(_End):
    """The grpcio server's side."""

    def __init__(self, outer: _Outer) -> None:
        super().__init__()
        self.other: _Outer = outer

    def data_received(self, data: bytes) -> None:
        self.other.answer(data)


def _meeting_place() -> tuple[str, str]:
    """A Unix socket's path, and the same for gRPC; without a file where the system can do that."""
    if sys.platform == "linux":
        name = f"scoring-{os.getpid()}-{secrets.token_hex(16)}"
        return f"\0{name}", f"unix-abstract:{name}"
    path = str(Path(tempfile.mkdtemp(prefix="scoring-")) / "grpc")
    return path, f"unix:{path}"
