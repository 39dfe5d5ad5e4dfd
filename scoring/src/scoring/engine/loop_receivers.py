"""Futures of an event loop as the receivers of what worker threads compute."""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress
from typing import Any


class LoopReceivers:
    """One wake-up of the loop serves all calls that end until it comes round."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._done: deque[tuple[asyncio.Future[Any], Any, BaseException | None]] = deque()
        self._planned = False

    def tell(self, future: asyncio.Future[Any], value: Any, error: BaseException | None) -> None:
        """Any thread."""
        self._done.append((future, value, error))
        if not self._planned:
            self._planned = True
            # A call that outlived its loop, as at the end of the process, has nobody left to tell.
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._deliver)

    def _deliver(self) -> None:
        self._planned = False
        while self._done:
            future, value, error = self._done.popleft()
            if future.done():
                continue
            if error is None:
                future.set_result(value)
            else:
                future.set_exception(error)


class LoopReceiver:
    """One future."""

    def __init__(self, receivers: LoopReceivers, future: asyncio.Future[Any]) -> None:
        self._receivers = receivers
        self._future = future

    def set_result(self, value: Any) -> None:
        self._receivers.tell(self._future, value, None)

    def set_exception(self, error: BaseException) -> None:
        self._receivers.tell(self._future, None, error)
