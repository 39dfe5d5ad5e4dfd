"""The output of a running container, as it comes."""

import time
from collections.abc import Callable
from pathlib import Path

_LOOK_SECONDS = 0.1


class LogConsole:
    """Implements `Console`: what the log at `path` gets from now on, as long as `alive`. Nothing can be typed."""

    def __init__(self, path: Path, alive: Callable[[], bool]) -> None:
        self._path = path
        self._alive = alive
        self._closed = False
        self._at = path.stat().st_size if path.exists() else 0

    def read(self) -> bytes:
        """What was printed next."""
        while not self._closed:
            alive = self._alive()
            if found := self._next():
                return found
            if not alive:
                break
            time.sleep(_LOOK_SECONDS)
        return b""

    def _next(self) -> bytes:
        if not self._path.exists():
            return b""
        with self._path.open("rb") as file:
            if self._path.stat().st_size < self._at:  # the content was moved aside
                self._at = 0
            file.seek(self._at)
            found = file.read()
        self._at += len(found)
        return found

    def write(self, data: bytes) -> None:
        """Goes nowhere: only the output is attached."""

    def close(self) -> None:
        """Stop reading; the container goes on."""
        self._closed = True
