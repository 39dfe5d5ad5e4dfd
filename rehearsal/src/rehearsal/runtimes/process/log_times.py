"""When the lines of a log were printed: how long the file was at which time.

The process writes into the file itself, so that nothing is lost when the rehearsal is killed. Its size is looked at
several times a second; a line has the time at which it was seen first.
"""

import bisect
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path


class LogTimes:
    """Beside the log at `path`: a line for each time that it had grown, `<size> <seconds since the epoch>`."""

    def __init__(self, path: Path) -> None:
        self._log = path
        self._path = path.with_name(f"{path.name}.times")
        self._noted = -1

    def note(self) -> None:
        """Keep the time, if the log has grown."""
        size = self._log.stat().st_size if self._log.exists() else 0
        if self._noted < 0:
            self._noted = self._marks()[-1][0] if self._marks() else 0
        if size > self._noted:
            with self._path.open("a", encoding="ascii") as file:
                file.write(f"{size} {time.time():.6f}\n")
            self._noted = size

    def move_to(self, other: Path, *, cut: int) -> None:
        """The log's content is another file now, without its first `cut` bytes; the log is empty."""
        kept = [(size - cut, at) for size, at in self._marks() if size > cut]
        text = "".join(f"{size} {at:.6f}\n" for size, at in kept)
        LogTimes(other)._path.write_text(text, encoding="ascii")
        self._path.unlink(missing_ok=True)
        self._noted = 0

    def of(self, lines: Sequence[bytes]) -> Iterator[str]:
        """The time of each line, in the form of Docker and Kubernetes."""
        marks = self._marks()
        sizes = [size for size, _ in marks]
        end = 0
        for line in lines:
            end += len(line)
            place = bisect.bisect_left(sizes, end - len(line) + 1)
            yield _shown(marks[min(place, len(marks) - 1)][1] if marks else time.time())

    def _marks(self) -> list[tuple[int, float]]:
        if not self._path.is_file():
            return []
        words = [line.split() for line in self._path.read_text(encoding="ascii").splitlines()]
        return [(int(size), float(at)) for size, at in words]


def _shown(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f000Z")
