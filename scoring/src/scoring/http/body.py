"""Reading request bodies: no larger and no slower than allowed."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import Any

from scoring.http.errors import Refusal
from scoring.http.message import Request

_LOOK_SECONDS = 0.5
_DISCARD_BYTES = 1 << 20


class Bodies:
    """Reads bodies of at most `limit` bytes within `seconds`; one timer serves all requests."""

    def __init__(self, limit: int, seconds: float) -> None:
        self._limit = limit
        self._seconds = seconds
        self._reading: dict[asyncio.Task[Any], float] = {}
        self._late: set[asyncio.Task[Any]] = set()
        self._timer: asyncio.TimerHandle | None = None

    async def read(self, request: Request, protocol: Any) -> bytes:
        """The whole body. Raises Refusal (413, 408)."""
        request.body_pending = False
        told = request.headers.get("content-length")
        if told == "0" or (told is None and "transfer-encoding" not in request.headers):
            # HTTP/2 needs neither header; its GET has no body worth waiting for.
            if request.http_version != "2" or request.method in ("GET", "HEAD", "OPTIONS"):
                return b""
        elif told is not None and int(told) > self._limit:
            request.body_pending = True
            raise self._too_large()
        return await self._timed(protocol, told is not None)

    async def discard(self, request: Request, protocol: Any) -> None:
        """Takes in the body of a request that is refused unread: a connection closed on it would lose the answer.

        A body larger than a megabyte is not worth that; its sender may find the connection reset.
        """
        size = int(request.headers.get("content-length", "0"))
        if 0 < size <= _DISCARD_BYTES:
            with contextlib.suppress(Refusal):
                await self._timed(protocol, told=True)

    async def _timed(self, protocol: Any, told: bool) -> bytes:
        task = asyncio.current_task()
        if task is None:
            return bytes(await protocol())
        self._reading[task] = time.monotonic()
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(_LOOK_SECONDS, self._look)
        try:
            return bytes(await protocol()) if told else await self._gather(protocol)
        except asyncio.CancelledError:
            if task not in self._late:
                raise
            task.uncancel()
            raise Refusal(
                408, f"The request body did not arrive within {self._seconds:g} s."
            ) from None
        finally:
            self._reading.pop(task, None)
            self._late.discard(task)

    async def _gather(self, protocol: Any) -> bytes:
        parts: list[bytes] = []
        size = 0
        async for part in protocol:
            size += len(part)
            if size > self._limit:
                raise self._too_large()
            parts.append(part)
        return b"".join(parts)

    def _look(self) -> None:
        self._timer = None
        oldest = time.monotonic() - self._seconds
        for task, since in list(self._reading.items()):
            if since < oldest and task not in self._late:
                self._late.add(task)
                task.cancel()
        if self._reading:
            self._timer = asyncio.get_running_loop().call_later(_LOOK_SECONDS, self._look)

    def _too_large(self) -> Refusal:
        return Refusal(
            413,
            f"The request body is larger than the {self._limit} bytes that this server accepts.",
        )
