"""The end of a server, from SIGTERM on: what happens until when, so that all of it fits into one span of time."""

from __future__ import annotations

import faulthandler
import logging
import math
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

logger = logging.getLogger("scoring")

# Who sent the signal counts from the moment that it sent it, and kills at the end.
_MARGIN_SECONDS = 0.5
# At most this share of the whole, and no longer than this, is kept for what comes behind the last answer: refusals,
# connections that close, records and spans that are written, a run() that leaves.
_AFTERWARDS_SHARE = 0.2
_AFTERWARDS_SECONDS = 3.0
_FAREWELL_SECONDS = 0.3


@dataclass(frozen=True)
class Ending:
    """Moments of `time.monotonic()`."""

    #: New connections are accepted until then.
    drained_at: float
    #: What is in flight is waited for until then.
    answered_by: float
    #: Nothing is left then.
    over_by: float

    @classmethod
    def begun(cls, grace: float, drain: float) -> Ending:
        now = time.monotonic()
        over = now + grace - min(_MARGIN_SECONDS, grace / 10)
        answered = over - min(_AFTERWARDS_SECONDS, grace * _AFTERWARDS_SHARE)
        return cls(min(now + drain, answered), answered, over)

    def enforce(self, farewell: Callable[[float], None]) -> None:
        """Ends the process at the last moment, whatever still keeps it. `farewell(seconds)` is called before."""
        left = self.over_by - time.monotonic()
        timer = threading.Timer(max(left - _FAREWELL_SECONDS, 0), _leave, [farewell])
        timer.daemon = True
        timer.start()
        # That thread needs the interpreter's lock, which a call into C may keep; this one does not. It would write
        # the threads' tracebacks, and among our lines nothing but JSON has a place.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        faulthandler.dump_traceback_later(max(left, 0.1), exit=True, file=nowhere)


#: Before there is a signal.
NEVER = Ending(math.inf, math.inf, math.inf)


def _leave(farewell: Callable[[float], None]) -> None:
    logger.warning("The time to stop is over; the process ends with what is still going on")
    farewell(_FAREWELL_SECONDS)
    os._exit(0)
