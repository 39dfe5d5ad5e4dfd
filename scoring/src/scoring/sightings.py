"""Answers that have been given, shown to those who count, log and collect them."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence

from scoring.http.message import Request, Response
from scoring.tracebacks import forget_frames

logger = logging.getLogger("scoring")

#: Called on the event loop after each answer with request (`.outcome` filled) and response; must return at once.
Observer = Callable[[Request, Response], None]

# Observers are shown several answers together, so that no request waits for what is only written down.
_GATHERING_SECONDS = 0.01


class Sightings:
    """`add` in any thread; `observers` are called on the event loop, in the order of the answers."""

    def __init__(self, observers: Sequence[Observer]) -> None:
        self._observers = observers
        self._added: deque[tuple[Request, Response]] = deque()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._planned = False

    def bind(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop

    def add(self, request: Request, response: Response) -> None:
        self._added.append((request, response))
        if not self._planned and self._loop is not None:
            self._planned = True
            self._loop.call_soon_threadsafe(self._later)

    def show(self) -> None:
        """All that was added, at once; on the event loop."""
        for _ in range(len(self._added)):
            request, response = self._added.popleft()
            for observer in self._observers:
                try:
                    observer(request, response)
                except Exception:
                    logger.exception("An observer failed; the answer is not affected")
            if request.outcome.error is not None:
                forget_frames(request.outcome.error)

    def _later(self) -> None:
        assert self._loop is not None  # noqa: S101  (only add() calls this, after bind())
        self._loop.call_later(_GATHERING_SECONDS, self._shown)

    def _shown(self) -> None:
        if self._added:
            self.show()
            self._later()
            return
        # In this order: whoever adds from now on either is seen here, or sees that nothing is planned.
        self._planned = False
        if self._added:
            self._planned = True
            self._later()
