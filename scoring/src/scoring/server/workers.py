"""Several serving processes behind one socket: started, watched, restarted, stopped together."""

from __future__ import annotations

import logging
import os
import signal
import sys
import time
from collections.abc import Callable

from scoring.server import child

logger = logging.getLogger("scoring")

_SIGNALS = (signal.SIGTERM, signal.SIGINT)
# A process that says by itself that it ends with one of these could not start; the next would not either. One that
# is ended with such a code in the middle, by a script's os._exit() or by a library, says nothing.
_HOPELESS = (2, 3)
_SAID = b"."
# A process that lived shorter than this is started again only after a pause of the same length.
_SHORT_LIFE_SECONDS = 1.0


class Workers:
    """Forks before anything is loaded, so each process has threads and models of its own.

    `shut()` closes this process's own hold on the doors: while it is open, clients that come at the end would wait
    for an answer that nobody gives.
    """

    def __init__(self, count: int, serve: Callable[[], int], shut: Callable[[], None]) -> None:
        self._count = count
        self._serve = serve
        self._shut = shut
        self._born: dict[int, float] = {}
        self._says: dict[int, int] = {}
        self._stopping = False
        self._exit_code = 0

    def run(self) -> int:
        """Returns when all processes have ended: 0 after a signal, or the code of the one that could not start."""
        for number in _SIGNALS:
            signal.signal(number, self._stop)
        for _ in range(self._count):
            self._start()
        while self._born:
            pid, status = os.wait()
            self._ended(pid, os.waitstatus_to_exitcode(status))
        return self._exit_code

    def _start(self) -> None:
        sys.stderr.flush()
        hears, says = os.pipe()
        # A signal that comes between fork and the child's own handlers must end the child, not run ours in it.
        signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
        pid = os.fork()
        if pid == 0:
            for number in _SIGNALS:
                signal.signal(number, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
            os.close(hears)
            code = self._serve()
            os.write(says, _SAID)
            # Nothing of the parent may run on in the child, not even its exit handlers.
            os._exit(code)
        os.close(says)
        self._says[pid] = hears
        self._born[pid] = time.monotonic()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
        if self._stopping:
            os.kill(pid, signal.SIGTERM)

    def _ended(self, pid: int, code: int) -> None:
        lived = time.monotonic() - self._born.pop(pid)
        by_itself = child.heard(self._says.pop(pid)) == _SAID
        if self._stopping:
            self._exit_code = self._exit_code or max(code, 0)
        elif code in _HOPELESS and by_itself:
            self._exit_code = code
            self._stop()
        else:
            logger.error("Worker process %d ended with %d; starting another", pid, code)
            time.sleep(_SHORT_LIFE_SECONDS if lived < _SHORT_LIFE_SECONDS else 0)
            self._start()

    def _stop(self, *_: object) -> None:
        self._stopping = True
        self._shut()
        for pid in self._born:
            os.kill(pid, signal.SIGTERM)
