"""What a container printed: one file that its process appends to, kept to a size."""

import os
from pathlib import Path

# Twice this is kept: the file and the one before it.
MAX_BYTES = 4 << 20


class LogFile:
    """The log at `path`, and its older part at `path`.1."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._older = path.with_name(f"{path.name}.1")

    def open(self) -> int:
        """A descriptor for the process to append to."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        return os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def say(self, sentence: str) -> None:
        """Add a line of the runtime's own."""
        descriptor = self.open()
        try:
            os.write(descriptor, f"{sentence}\n".encode())
        finally:
            os.close(descriptor)

    def rotate(self) -> None:
        """Move the content aside when there is too much of it.

        The process keeps its descriptor, so the content is copied and the file cut to nothing; it appends,
        so it goes on at the start.
        """
        try:
            if self._path.stat().st_size > MAX_BYTES:
                self._older.write_bytes(self._path.read_bytes()[-MAX_BYTES:])
                os.truncate(self._path, 0)
        except OSError:
            return

    def read(self, tail: int | None = None) -> str:
        """The text, or its last `tail` lines."""
        data = b"".join(path.read_bytes() for path in (self._older, self._path) if path.is_file())
        lines = data.decode("utf-8", "replace").splitlines(keepends=True)
        if tail is None:
            return "".join(lines)
        return "".join(lines[-tail:]) if tail > 0 else ""
