"""Reading request bodies: no larger and no slower than allowed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

from scoring.http.errors import Refusal
from scoring.http.exchange import Exchange
from scoring.http.message import Request
from scoring.tracebacks import forget_frames

_LOOK_SECONDS = 0.5
_DISCARD_BYTES = 1 << 20


def told_size(request: Request) -> int | None:
    """Bytes of the body as the head tells it; None when it will only be known at its end (chunks, HTTP/2)."""
    told = request.header("content-length")
    if told is not None:
        return int(told)
    if request.header("transfer-encoding") is not None:
        return None
    # HTTP/2 needs neither header; its GET has no body worth waiting for.
    if request.http_version == "2" and request.method not in ("GET", "HEAD", "OPTIONS"):
        return None
    return 0


class Bodies:
    """Bodies of at most `limit` bytes within `seconds`; one timer serves all requests.

    An exchange whose body is being read stands in `_reading`; who takes it out of there goes on with it.
    """

    def __init__(self, limit: int, seconds: float, loop: asyncio.AbstractEventLoop) -> None:
        self.limit = limit
        self._seconds = seconds
        self._loop = loop
        self._reading: dict[Exchange, float] = {}
        self._tasks: dict[Exchange, asyncio.Task[None]] = {}
        self._looking = False
        self._timer: asyncio.TimerHandle | None = None

    def expect(self, exchange: Exchange) -> None:
        """The server reads the body and calls `arrived`; any thread."""
        self._reading[exchange] = time.monotonic()
        if not self._looking:
            self._looking = True
            self._loop.call_soon_threadsafe(self._look_later)

    def arrived(self, exchange: Exchange) -> bool:
        """False when the exchange was answered in the meantime, since its body took too long; any thread."""
        return self._reading.pop(exchange, None) is not None

    def broken_off(self, exchange: Exchange) -> None:
        """The connection closed in the middle; who has only closed its own side still reads this. Any thread."""
        if self.arrived(exchange):
            exchange.refuse(
                Refusal(400, "The connection closed before the request body was whole.")
            )

    def give_up(self) -> None:
        """Answers everybody whose body is still on its way; on the event loop."""
        for exchange in list(self._reading):
            if self.arrived(exchange):
                self._break_off(exchange, Refusal(503, "The server is stopping."))
        for task in list(self._tasks.values()):
            task.cancel()

    def gather(self, exchange: Exchange, then: Callable[[Exchange], None]) -> None:
        """Reads a body of unknown size in parts and goes on with `then`; on the event loop."""
        self.expect(exchange)
        task = self._loop.create_task(self._gathered(exchange, then))
        self._tasks[exchange] = task
        task.add_done_callback(lambda _: self._tasks.pop(exchange, None))

    async def discard(self, exchange: Exchange) -> None:
        """Takes in the body of a request that is refused unread: a connection closed on it would lose the answer.

        A body larger than a megabyte is not worth that; its sender may find the connection reset.
        """
        if 0 < (told_size(exchange.request) or 0) <= _DISCARD_BYTES:
            try:
                await asyncio.wait_for(_read(exchange.protocol), self._seconds)
            except Exception as error:
                # Too slow, or gone. Its frames would keep the exchange, as in server/arrival.py.
                forget_frames(error)

    async def _gathered(self, exchange: Exchange, then: Callable[[Exchange], None]) -> None:
        parts: list[bytes] = []
        size = ends = 0
        try:
            async for part in exchange.protocol:
                size += len(part)
                ends += not part
                if size > self.limit:
                    raise too_large(self.limit)
                parts.append(part)
            # Granian gives an empty part for the end, and one for what is broken before it, or for trailers.
            if ends > 1 and exchange.request.header("trailer") is None:
                raise Refusal(400, "The request body breaks off: its chunks are not whole.")
        except Refusal as refusal:
            if self.arrived(exchange):
                exchange.refuse(refusal)
            return
        except Exception:
            # The server's way of saying that the client has gone.
            self.broken_off(exchange)
            return
        if self.arrived(exchange):
            exchange.request.body = b"".join(parts)
            then(exchange)

    def clients(self) -> set[str]:
        """Those whose bodies are on their way; any thread."""
        return {exchange.request.client for exchange in list(self._reading)}

    def _break_off(self, exchange: Exchange, refusal: Refusal) -> None:
        """Refuses, and reads no more of the body: its connection ends with the answer."""
        exchange.closing = True
        exchange.refuse(refusal)
        arriving, exchange.arriving = exchange.arriving, None
        if arriving is not None:
            arriving.remove_done_callback(None)
            arriving.cancel()

    def _look_later(self) -> None:
        if self._timer is None:
            self._timer = self._loop.call_later(_LOOK_SECONDS, self._look)

    def _look(self) -> None:
        self._timer = None
        oldest = time.monotonic() - self._seconds
        for exchange, since in list(self._reading.items()):
            if since < oldest and self.arrived(exchange):
                late = f"The request body did not arrive within {self._seconds:g} s."
                self._break_off(exchange, Refusal(408, late))
                task = self._tasks.get(exchange)
                if task is not None:
                    task.cancel()
        # In this order: whoever comes from now on either is seen here, or sees that nobody looks.
        self._looking = False
        if self._reading:
            self._looking = True
            self._look_later()


async def _read(protocol: Any) -> None:
    await protocol()


def too_large(limit: int) -> Refusal:
    return Refusal(
        413, f"The request body is larger than the {limit} bytes that this server accepts."
    )
