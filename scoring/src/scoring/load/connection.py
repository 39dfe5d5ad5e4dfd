"""One kept-alive HTTP/1.1 connection, one request at a time: as little work as a load generator can do.

General HTTP clients take more CPU for a request than the server that is measured.
"""

from __future__ import annotations

import asyncio
import re
import ssl
from dataclasses import dataclass, field

_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d+)", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding:[^\r]*chunked", re.IGNORECASE)
_CLOSE = re.compile(rb"\r\nconnection:[ \t]*close", re.IGNORECASE)


@dataclass(frozen=True)
class Target:
    """Where to, and the bytes to send each time."""

    host: str
    port: int
    request: bytes
    tls: ssl.SSLContext | None = None
    server_name: str | None = None


class Broken(Exception):
    """The connection ended, or what came is not HTTP."""


@dataclass
class Connection(asyncio.Protocol):
    """Open with `connect`; `ask()` sends the request and gives status and size of the answer."""

    request: bytes
    _transport: asyncio.Transport | None = None
    _waiter: asyncio.Future[tuple[int, int]] | None = None
    _buffer: bytearray = field(default_factory=bytearray)
    _body_from: int = -1
    _body_length: int = -1
    closed: bool = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]  # create_connection gives a Transport

    def ask(self) -> asyncio.Future[tuple[int, int]]:
        """Raises Broken."""
        if self.closed or self._transport is None:
            raise Broken("the connection is closed")
        self._waiter = asyncio.get_running_loop().create_future()
        self._transport.write(self.request)
        return self._waiter

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if self._body_from < 0:
            self._read_head()
        if self._body_from >= 0 and self._is_complete():
            self._deliver()

    def connection_lost(self, exc: Exception | None) -> None:
        self.closed = True
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_exception(Broken("the server closed the connection before its answer"))

    def close(self) -> None:
        self.closed = True
        if self._transport is not None:
            self._transport.abort()

    def _read_head(self) -> None:
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        head = bytes(self._buffer[:end])
        length = _LENGTH.search(head)
        self._body_from = end + 4
        if length is not None:
            self._body_length = int(length[1])
        elif _CHUNKED.search(head):
            self._body_length = -1
        else:
            self._body_length = 0

    def _is_complete(self) -> bool:
        if self._body_length >= 0:
            return len(self._buffer) >= self._body_from + self._body_length
        return self._buffer.endswith(b"0\r\n\r\n")

    def _deliver(self) -> None:
        waiter, buffer = self._waiter, self._buffer
        answer = (
            int(buffer[9:12]) if buffer[:5] == b"HTTP/" and buffer[9:12].isdigit() else 0,
            len(buffer),
        )
        if _CLOSE.search(buffer, 0, self._body_from):
            self.close()
        self._buffer = bytearray()
        self._body_from = self._body_length = -1
        if waiter is not None and not waiter.done():
            waiter.set_result(answer)


async def connect(target: Target) -> Connection:
    """Raises OSError."""
    loop = asyncio.get_running_loop()
    _, connection = await loop.create_connection(
        lambda: Connection(target.request),
        target.host,
        target.port,
        ssl=target.tls,
        server_hostname=target.server_name if target.tls else None,
    )
    return connection
