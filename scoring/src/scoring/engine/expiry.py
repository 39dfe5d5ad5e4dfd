"""Time limits of requests that wait for a batch, or for its end."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Iterable

from scoring.engine.batch import Item
from scoring.engine.job import DeadlineExceeded, ExecutorError, QueueWaitExceeded
from scoring.engine.time_limits import TimeLimits


class Expiry:
    """`wait`: seconds that a request may wait for its batch to begin. Lives on one event loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop, wait: float | None) -> None:
        self._wait = math.inf if wait is None else wait
        self._limits = TimeLimits(loop, self._look)
        self._items: dict[Item, None] = {}

    def add(self, item: Item) -> None:
        self._items[item] = None
        self._limits.add(self._end(item))

    def drop(self, items: Iterable[Item]) -> None:
        """They have got their answers."""
        for item in items:
            self._items.pop(item, None)

    def _end(self, item: Item) -> float:
        return item.deadline if item.started else min(item.deadline, item.queued_at + self._wait)

    def _look(self, now: float) -> float:
        earliest = math.inf
        for item in list(self._items):
            end = self._end(item)
            if item.future.done():
                del self._items[item]
            elif end > now:
                earliest = min(earliest, end)
            else:
                del self._items[item]
                item.future.set_exception(_late(item, now))
                item.leave()
        return earliest


def _late(item: Item, now: float) -> ExecutorError:
    error: ExecutorError = DeadlineExceeded() if now >= item.deadline else QueueWaitExceeded()
    error.started = item.started
    return error
