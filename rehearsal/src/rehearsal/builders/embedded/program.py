"""A program run until it ends itself, whatever it leaves behind: its exit code and its last lines."""

import os
import re
import select
import subprocess
import time
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_LINES = 40
_CHARACTERS = 500
# Of each line so much that it shows whether it is longer; of lines more than are shown, as the last may be empty.
_KEPT_BYTES = 4 * (_CHARACTERS + 1)
_KEPT_LINES = 5 * _LINES
_CHUNK = 1 << 16
_LOOK_SECONDS = 0.05
_READS_AFTER_THE_END = 64
_END = re.compile(rb"\r?\n|\r")


@dataclass(frozen=True)
class Ended:
    """What a program ended with, and the last lines of what it printed."""

    exit_code: int
    output: str


class _Tail:
    """The last lines of what is printed, however much that is."""

    def __init__(self) -> None:
        self._lines: deque[bytes] = deque([b""], _KEPT_LINES)

    def add(self, printed: bytes) -> None:
        first, *others = _END.split(printed)
        self._lines[-1] = (self._lines[-1] + first)[:_KEPT_BYTES]
        self._lines.extend(line[:_KEPT_BYTES] for line in others)

    def text(self) -> str:
        lines = b"\n".join(self._lines).decode(errors="replace").strip().splitlines()
        return "\n".join(map(_cut, lines[-_LINES:]))


def run(
    command: Sequence[str], environment: Mapping[str, str], cwd: Path | None, seconds: float
) -> Ended:
    """Run it. Raises TimeoutExpired, when it is killed.

    Its end is waited for and not that of its output: a process that it leaves in the background holds the pipe.
    """
    with subprocess.Popen(
        command,
        cwd=cwd,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        bufsize=0,
    ) as process:
        try:
            return _followed(process, time.monotonic() + seconds, seconds)
        finally:
            process.kill()


def _followed(process: "subprocess.Popen[bytes]", deadline: float, seconds: float) -> Ended:
    assert process.stdout is not None  # noqa: S101 - a pipe was asked for
    output, tail = process.stdout.fileno(), _Tail()
    while process.poll() is None:
        if time.monotonic() > deadline:
            raise subprocess.TimeoutExpired(process.args, seconds)
        if _is_readable(output, _LOOK_SECONDS):
            printed = os.read(output, _CHUNK)
            if not printed:  # closed: nothing more will come
                process.wait(max(0.0, deadline - time.monotonic()))
            tail.add(printed)
    _drain(output, tail)
    return Ended(process.returncode, tail.text())


def _drain(output: int, tail: _Tail) -> None:
    """What the pipe still holds, and not what something left behind goes on to print."""
    for _ in range(_READS_AFTER_THE_END):
        if not _is_readable(output, 0) or not (printed := os.read(output, _CHUNK)):
            return
        tail.add(printed)


def _is_readable(descriptor: int, seconds: float) -> bool:
    poll = select.poll()
    poll.register(descriptor, select.POLLIN | select.POLLHUP)
    return bool(poll.poll(seconds * 1000))


def _cut(line: str) -> str:
    return line if len(line) <= _CHARACTERS else f"{line[:_CHARACTERS]} ..."
