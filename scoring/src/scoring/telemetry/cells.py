"""Numbers that several processes share: one file of float64 cells per process, and a list of what they mean.

A cell is written by its own process only and read by all, so that `/metrics` of any worker answers for every
worker. What a dead process has counted stays in its file: counters never go back.
"""

from __future__ import annotations

import json
import mmap
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

#: Cells per process: 128 KiB, about 700 histograms; the file is sparse.
CAPACITY = 16 * 1024
_CELL_BYTES = 8


@dataclass(frozen=True)
class Key:
    """A time series: metric family and label values."""

    family: str
    labels: tuple[str, ...]


class CellsExhausted(Exception):
    """This process has no cells left for a new series."""


class Cells:
    """The cells of this process, in `directory`, or in its own memory when there is no directory."""

    def __init__(self, directory: Path | None, capacity: int = CAPACITY) -> None:
        self.directory = directory
        self._capacity = capacity
        self._used = 0
        self._keys: dict[Key, tuple[int, int]] = {}
        self._stem = f"{os.getpid()}-{os.urandom(4).hex()}"
        self.values = memoryview(self._map()).cast("d")

    def allocate(self, key: Key, width: int) -> int:
        """Index of the first of `width` zeroed cells for `key`. Raises CellsExhausted."""
        if self._used + width > self._capacity:
            raise CellsExhausted(f"all {self._capacity} metric cells are in use")
        start, self._used = self._used, self._used + width
        self._keys[key] = (start, width)
        if self.directory is not None:
            line = json.dumps([key.family, key.labels, start, width]) + "\n"
            with (self.directory / f"{self._stem}.keys").open("a") as keys:
                keys.write(line)
        return start

    def others(self) -> Iterator[tuple[bool, Key, list[float]]]:
        """Series of the other processes: (process is alive, key, values)."""
        if self.directory is None:
            return
        for keys in sorted(self.directory.glob("*.keys")):
            if keys.stem != self._stem:
                yield from _read(keys)

    def own(self) -> Iterator[tuple[Key, list[float]]]:
        for key, (start, width) in list(self._keys.items()):
            yield key, list(map(float, self.values[start : start + width]))

    def _map(self) -> mmap.mmap:
        size = self._capacity * _CELL_BYTES
        if self.directory is None:
            return mmap.mmap(-1, size)
        path = self.directory / f"{self._stem}.cells"
        with path.open("x+b") as file:
            file.truncate(size)
            return mmap.mmap(file.fileno(), size)


def _read(keys: Path) -> Iterator[tuple[bool, Key, list[float]]]:
    try:
        values = memoryview(keys.with_suffix(".cells").read_bytes()).cast("d")
        lines = keys.read_text().splitlines(keepends=True)
    except OSError:
        return  # the server is stopping and has removed its files
    alive = _is_alive(int(keys.stem.partition("-")[0]))
    for line in lines:
        if line.endswith("\n"):  # else another process is in the middle of writing it
            family, labels, start, width = json.loads(line)
            yield alive, Key(family, tuple(labels)), list(map(float, values[start : start + width]))


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
