"""What is being computed at this moment, and since when."""

from __future__ import annotations

import threading
import time


class Runs:
    """By thread. Whoever asked may have had an answer when the time was over: what counts is code that still runs."""

    def __init__(self) -> None:
        self._since: dict[int, float] = {}

    def begun(self, now: float) -> None:
        """In the thread that computes."""
        self._since[threading.get_ident()] = now

    def over(self) -> None:
        """Likewise."""
        self._since.pop(threading.get_ident(), None)

    def oldest_seconds(self) -> float:
        """How long the oldest one has been going on; 0 where there is none. Any thread."""
        since = list(self._since.values())
        return time.monotonic() - min(since) if since else 0.0
