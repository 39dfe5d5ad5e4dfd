"""Where a batch runs: short ones on the event loop itself, others on the executor's threads.

Handing a batch to a thread costs some 100 microseconds (two wake-ups and the interpreter's lock); a batch that takes
less than that is better run where it is. What counts is the processor time that the model takes: the time on the
clock is longer while other threads hold the interpreter's lock.
"""

from __future__ import annotations

import time

from scoring.engine.latency import LatencyModel

# The event loop, and with it health, stands still for no longer than this.
INLINE_SECONDS = 200e-6

# After this many batches in a row that blocked the loop much longer, the model computes in threads for a while.
_STRIKES = 3
_STRIKE_SECONDS = 10 * INLINE_SECONDS
_THREADED_SECONDS = 10.0


class Placement:
    """Learns from `observe` whether the next batch may run inline."""

    def __init__(self) -> None:
        self.cost = LatencyModel()
        self._strikes = 0
        self._threaded_until = 0.0

    def inline(self, rows: int) -> bool:
        """False until a batch has been observed."""
        if self.cost.observations == 0 or self.cost.predict(rows) >= INLINE_SECONDS:
            return False
        return not self._threaded_until or time.monotonic() >= self._threaded_until

    def observe(self, rows: int, processor_seconds: float) -> None:
        self.cost.observe(rows, processor_seconds)

    def blocked(self, seconds: float) -> None:
        """An inline batch kept the loop for `seconds` on the clock."""
        if seconds < _STRIKE_SECONDS:
            self._strikes = 0
            return
        self._strikes += 1
        if self._strikes >= _STRIKES:
            self._strikes = 0
            self._threaded_until = time.monotonic() + _THREADED_SECONDS
