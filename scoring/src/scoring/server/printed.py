"""Standard output: whatever way an entry script prints, it becomes log lines (docs/decisions/0114)."""

from __future__ import annotations

import contextlib
import io
import logging
import os
import select
import sys
import threading
from collections.abc import Callable
from typing import TextIO

_DESCRIPTOR = 1
_CHUNK_BYTES = 65536
# A line that has no end is shown when nothing more has come for so long.
_UNFINISHED_MS = 1000

logger = logging.getLogger("stdout")


class _Stream(io.FileIO):
    def seekable(self) -> bool:
        """Nor was it when somebody asked before a pipe took the file's place: the answer would be remembered."""
        return False


class PrintedLines(io.TextIOWrapper):
    """Text becomes log lines at once, with the id of its request; bytes go to the descriptor, as with every file."""

    def __init__(self) -> None:
        _open_at_least_nowhere()
        raw = _Stream(_DESCRIPTOR, "w", closefd=False)
        raw.name = "<stdout>"
        # Without a buffer, as under `python -u`: nothing waits in one when a process ends.
        super().__init__(raw, encoding="utf-8", errors="backslashreplace", write_through=True)
        vars(self)["mode"] = "w"  # as Python does; its stub says it cannot be set
        self._rest: dict[int, str] = {}
        self._telling = threading.local()

    def write(self, text: str) -> int:
        thread = threading.get_ident()
        *lines, rest = (self._rest.pop(thread, "") + text).split("\n")
        if rest:
            self._rest[thread] = rest
        for printed in lines:
            self._tell(printed)
        return len(text)

    def end_line(self) -> None:
        """What this thread has printed is a line even if its end was not."""
        rest = self._rest.pop(threading.get_ident(), "")
        if rest:
            self._tell(rest)

    def end_lines(self) -> None:
        """That of all threads."""
        for thread in list(self._rest):
            self._tell(self._rest.pop(thread, ""))

    def _tell(self, printed: str) -> None:
        # A handler of the script's own may print each record: what it says of a printed line has been said.
        if printed and not getattr(self._telling, "now", False):
            self._telling.now = True
            try:
                logger.info("%s", printed)
            finally:
                self._telling.now = False


class Capture:
    """Descriptor 1 leads to `tell`, line by line, until `close`: what `sys.stdout.buffer`, C code, subprocesses write.

    `real` is where it led before.
    """

    def __init__(self, tell: Callable[[str], None]) -> None:
        _open_at_least_nowhere()
        self._tell = tell
        self._real = os.dup(_DESCRIPTOR)
        self.real: TextIO = os.fdopen(
            os.dup(self._real), "w", encoding="utf-8", errors="backslashreplace", buffering=1
        )
        self._reading, writing = os.pipe()
        os.set_blocking(self._reading, False)
        _flush(sys.__stdout__)
        os.dup2(writing, _DESCRIPTOR)
        os.close(writing)
        if isinstance(sys.__stdout__, io.TextIOWrapper):
            sys.__stdout__.reconfigure(line_buffering=True)
        self._ending, self._end = os.pipe()
        self._thread = threading.Thread(target=self._run, name="stdout", daemon=True)
        self._thread.start()

    def close(self, seconds: float = 1.0) -> None:
        """Tells what has been written until now. Processes that still have the pipe are not waited for."""
        if self._end < 0:
            return
        _flush(sys.__stdout__)
        os.dup2(self._real, _DESCRIPTOR)
        os.close(self._end)
        self._end = -1
        self._thread.join(seconds)

    def _run(self) -> None:
        poll = select.poll()
        poll.register(self._reading, select.POLLIN)
        poll.register(self._ending, select.POLLIN)
        rest = b""
        ready: dict[int, int] = {}
        while self._ending not in ready:
            ready = dict(poll.poll(_UNFINISHED_MS if rest else None))
            more = self._read() if self._reading in ready else None
            if more == b"":
                # The script has closed it.
                poll.unregister(self._reading)
            rest = self._told(rest + (more or b""))
            if rest and (not ready or len(rest) > _CHUNK_BYTES):
                rest = self._told(rest + b"\n")
        while more := self._read():
            rest = self._told(rest + more)
        self._told(rest + b"\n")

    def _read(self) -> bytes | None:
        """None: nothing is there."""
        with contextlib.suppress(BlockingIOError):
            return os.read(self._reading, _CHUNK_BYTES)
        return None

    def _told(self, written: bytes) -> bytes:
        """Tells the lines; answers what has no end yet."""
        *lines, rest = written.split(b"\n")
        for line in lines:
            if line:
                self._tell(line.decode(errors="backslashreplace"))
        return rest


def _open_at_least_nowhere() -> None:
    """A program may be started without standard output."""
    try:
        os.fstat(_DESCRIPTOR)
    except OSError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        if nowhere != _DESCRIPTOR:
            os.dup2(nowhere, _DESCRIPTOR)
            os.close(nowhere)


def _flush(stream: TextIO | None) -> None:
    with contextlib.suppress(OSError, ValueError):
        if stream is not None:
            stream.flush()


class _Place:
    """Scripts may put something else into `sys.stdout`."""

    lines: PrintedLines | None = None
    capture: Capture | None = None


def install() -> None:
    _Place.lines = sys.stdout = PrintedLines()


def capture(tell: Callable[[str], None]) -> Capture:
    _Place.capture = Capture(tell)
    return _Place.capture


def real() -> TextIO:
    """Where standard output leads without us."""
    if _Place.capture is not None:
        return _Place.capture.real
    return sys.__stdout__ or sys.stderr


def end_line() -> None:
    """The script is done for now, in this thread."""
    if _Place.lines is not None:
        _Place.lines.end_line()


def end() -> None:
    """The process ends: nothing that was printed is kept back."""
    if _Place.lines is not None:
        _Place.lines.end_lines()
    if _Place.capture is not None:
        _Place.capture.close()
