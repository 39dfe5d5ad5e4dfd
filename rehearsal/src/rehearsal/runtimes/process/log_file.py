"""What a container printed: one file that its process appends to, kept to a size."""

import os
from pathlib import Path

from rehearsal.runtimes.process.log_times import LogTimes

# Twice this is kept: the file and the one before it.
MAX_BYTES = 4 << 20


class LogFile:
    """The log at `path`, its older part at `path`.1, and when they grew beside each."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._older = path.with_name(f"{path.name}.1")
        self._times = LogTimes(path)

    def open(self) -> int:
        """A descriptor for the process to append to."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        return os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def make(self) -> None:
        """Have the file there."""
        os.close(self.open())

    def say(self, sentence: str) -> None:
        """Add a line of the runtime's own."""
        descriptor = self.open()
        try:
            os.write(descriptor, f"{sentence}\n".encode())
        finally:
            os.close(descriptor)

    def tick(self) -> None:
        """Note what was printed since the last call; move the content aside when there is too much of it.

        The process keeps its descriptor, so the content is copied and the file cut to nothing; it appends,
        so it goes on at the start.
        """
        try:
            self._times.note()
            if self.path.stat().st_size > MAX_BYTES:
                content = self.path.read_bytes()
                cut = _line_start(content, len(content) - MAX_BYTES)
                self._older.write_bytes(content[cut:])
                os.truncate(self.path, 0)
                self._times.move_to(self._older, cut=cut)
        except OSError:
            return

    def read(self, tail: int | None = None, *, timestamps: bool = False) -> str:
        """The text, or its last `tail` lines; each with the time at which it was seen first, if asked."""
        self.tick()
        lines = [line for path in (self._older, self.path) for line in _lines(path, timestamps)]
        if tail is None:
            return "".join(lines)
        return "".join(lines[-tail:]) if tail > 0 else ""


def _line_start(content: bytes, least: int) -> int:
    """Where the first whole line from `least` on begins; there itself, if none does: a line may be longer than all
    that is kept."""
    newline = content.find(b"\n", least - 1, -1) if least else -1
    return newline + 1 or least


def _lines(path: Path, timestamps: bool) -> list[str]:
    if not path.is_file():
        return []
    lines = path.read_bytes().splitlines(keepends=True)
    shown = [line.decode("utf-8", "replace") for line in lines]
    if not timestamps:
        return shown
    return [f"{at} {line}" for at, line in zip(LogTimes(path).of(lines), shown, strict=True)]
