"""One timer for the time limits of all jobs."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable

# The timer is never set shorter than this; a limit is met to within it.
_TICK_SECONDS = 0.005


class TimeLimits:
    """`look(now)` is called on `loop` when the earliest limit is over; it answers when the next one will be."""

    def __init__(self, loop: asyncio.AbstractEventLoop, look: Callable[[float], float]) -> None:
        self._loop = loop
        self._look = look
        # What all threads believe, and what the loop, which alone sets the timer, knows.
        self._believed = self._planned = math.inf
        self._timer: asyncio.TimerHandle | None = None

    def add(self, ends: float) -> None:
        """A limit that ends at this `time.monotonic()`; any thread."""
        if ends < self._believed:
            # Set here, so that the next limits, which end later, leave the loop alone.
            self._believed = ends
            self._loop.call_soon_threadsafe(self._plan, ends)

    def _plan(self, at: float) -> None:
        if self._timer is not None:
            if self._planned <= at:
                self._believed = self._planned
                return
            self._timer.cancel()
        self._believed = self._planned = at
        delay = max(at - time.monotonic(), _TICK_SECONDS)
        self._timer = self._loop.call_later(delay, self._over)

    def _over(self) -> None:
        self._timer, self._believed = None, math.inf
        earliest = self._look(time.monotonic())
        if earliest < math.inf:
            self._plan(earliest)
