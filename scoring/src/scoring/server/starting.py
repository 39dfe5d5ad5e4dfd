"""Signals while a server starts: nothing is open yet, so that the process can end at once."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

_FAREWELL_SECONDS = 1.0
# As shells show a process that a signal has ended.
_SIGNALLED = 128


def end_at_signals(farewell: Callable[[float], None]) -> None:
    """In the main thread. The first process of a container has no default: SIGTERM would go unheard until the server
    is ready, and `docker stop` would wait for its SIGKILL. `farewell(seconds)` is called before the end."""

    def end(number: int, _: object) -> None:
        farewell(_FAREWELL_SECONDS)
        os._exit(_SIGNALLED + number)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
