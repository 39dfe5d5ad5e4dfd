"""The user's wish to stop, for those who wait."""

import asyncio
from threading import Event
from typing import Any, TypeVar

from slipway.provider.errors import CancelledError

Result = TypeVar("Result")


class Cancellation:
    """`event` is for threads; awaiting ends by `or_stop`."""

    def __init__(self) -> None:
        self.event = Event()
        self._waiting: set[asyncio.Future[None]] = set()

    def request(self) -> None:
        """The user cancelled the update; from now on nothing is waited for."""
        self.event.set()
        for waiting in self._waiting:
            if not waiting.done():
                waiting.set_result(None)

    async def or_stop(self, work: "asyncio.Future[Result]") -> Result:
        """The work's result. Raises CancelledError as soon as the user cancels, whatever the work is doing."""
        if self.event.is_set():
            raise CancelledError(_TOLD)
        stop: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.add(stop)
        try:
            both: set[asyncio.Future[Any]] = {work, stop}
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            if work.done():
                return work.result()
            work.cancel()
            raise CancelledError(_TOLD)
        finally:
            self._waiting.discard(stop)


_TOLD = "the update was cancelled while the service had not answered its smoke request"
