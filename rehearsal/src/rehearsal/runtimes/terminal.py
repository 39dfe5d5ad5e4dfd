"""A program on a terminal of its own, for whoever is at the other end of a console."""

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import termios
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

_CHUNK = 4096
_LOOK_SECONDS = 0.2


class Terminal:
    """Implements `Console`. The program leads a session of its own; it ends with the terminal."""

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        cwd: Path | None,
        size: tuple[int, int],
    ) -> None:
        """`size`: rows and columns. Raises OSError."""
        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))
        try:
            self._process = subprocess.Popen(
                list(command),
                env={"TERM": "xterm", **environment},
                cwd=cwd,
                stdin=theirs,
                stdout=theirs,
                stderr=theirs,
                start_new_session=True,
            )
        except OSError:
            os.close(self._ours)
            raise
        finally:
            os.close(theirs)
        self._closed = False

    def read(self) -> bytes:
        """What the program printed next."""
        while not self._closed:
            ended = self._process.poll() is not None
            ready, _, _ = select.select([self._ours], [], [], 0 if ended else _LOOK_SECONDS)
            if ready:
                return self._take()
            if ended:
                break
        return b""

    def _take(self) -> bytes:
        try:
            return os.read(self._ours, _CHUNK)
        except OSError:  # the last one who had it open is gone
            return b""

    def write(self, data: bytes) -> None:
        """Type."""
        with suppress(OSError):
            os.write(self._ours, data)

    def close(self) -> None:
        """End the program; again does nothing."""
        if self._closed:
            return
        self._closed = True
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        os.close(self._ours)
