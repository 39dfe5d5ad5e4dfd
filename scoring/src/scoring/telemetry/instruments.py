"""Counters, gauges and histograms on shared cells.

prometheus-client's multi-process mode costs more than five times as much per observation (docs/decisions/0070);
its text formats are used as they are (`exposition`).
"""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from scoring.telemetry.cells import Cells, CellsExhausted, Key

_T = TypeVar("_T", bound="Instrument")

#: Values of a family's cells by label values.
Series = dict[tuple[str, ...], list[float]]

#: Label values of series that came when all cells were in use.
OVERFLOW = "overflow"


class Instrument:
    """One metric family. Not thread-safe by itself: writers hold `Instruments.lock`."""

    kind = ""

    def __init__(
        self, cells: Cells, name: str, text: str, labels: Sequence[str], width: int
    ) -> None:
        self.cells = cells
        self.values = cells.values
        self.name = name
        self.text = text
        self.label_names = tuple(labels)
        self._width = width
        self._places: dict[tuple[str, ...], int] = {}
        # Room for what comes when the cells are used up is taken while there is some.
        rest = (OVERFLOW,) * len(self.label_names)
        self._overflow = self._places[rest] = cells.allocate(Key(name, rest), width)

    def place(self, labels: tuple[str, ...]) -> int:
        """Index of the series' first cell."""
        found = self._places.get(labels)
        if found is None:
            try:
                found = self.cells.allocate(Key(self.name, labels), self._width)
            except CellsExhausted:
                found = self._overflow
            self._places[labels] = found
        return found


class Counter(Instrument):
    kind = "counter"

    def add(self, labels: tuple[str, ...] = (), amount: float = 1) -> None:
        self.values[self.place(labels)] += amount


class Gauge(Instrument):
    """Summed over the processes that are alive."""

    kind = "gauge"

    def set(self, value: float, labels: tuple[str, ...] = ()) -> None:
        self.values[self.place(labels)] = value


class Histogram(Instrument):
    """Cells: sum, then one count per bucket (not cumulative), the last without an upper bound."""

    kind = "histogram"

    def __init__(
        self, cells: Cells, name: str, text: str, labels: Sequence[str], bounds: Sequence[float]
    ) -> None:
        super().__init__(cells, name, text, labels, len(bounds) + 2)
        self.bounds = list(bounds)

    def add(self, value: float, labels: tuple[str, ...] = ()) -> None:
        self.add_at(self.place(labels), value)

    def add_at(self, place: int, value: float) -> None:
        values = self.values
        values[place] += value
        values[place + 1 + bisect_left(self.bounds, value)] += 1


class Instruments:
    """All families of this process."""

    def __init__(self, directory: Path | None = None) -> None:
        self.cells = Cells(directory)
        self.lock = threading.Lock()
        self._families: dict[str, Instrument] = {}

    def counter(self, name: str, text: str, labels: Sequence[str] = ()) -> Counter:
        return self._added(Counter(self.cells, name, text, labels, 1))

    def gauge(self, name: str, text: str, labels: Sequence[str] = ()) -> Gauge:
        return self._added(Gauge(self.cells, name, text, labels, 1))

    def histogram(
        self, name: str, text: str, bounds: Sequence[float], labels: Sequence[str] = ()
    ) -> Histogram:
        return self._added(Histogram(self.cells, name, text, labels, bounds))

    def _added(self, instrument: _T) -> _T:
        self._families[instrument.name] = instrument
        return instrument

    def series(self) -> Iterator[tuple[Instrument, Series]]:
        """Each family with the sums of its cells over all processes."""
        sums = self._sums()
        for name, instrument in self._families.items():
            found = {key.labels: values for key, values in sums.items() if key.family == name}
            yield instrument, {labels: v for labels, v in found.items() if _is_used(labels, v)}

    def _sums(self) -> dict[Key, list[float]]:
        with self.lock:
            sums = dict(self.cells.own())
        for alive, key, values in self.cells.others():
            instrument = self._families.get(key.family)
            if instrument is None or (instrument.kind == "gauge" and not alive):
                continue
            mine = sums.get(key)
            sums[key] = (
                values if mine is None else [a + b for a, b in zip(mine, values, strict=True)]
            )
        return sums


def _is_used(labels: tuple[str, ...], values: list[float]) -> bool:
    return not labels or labels[0] != OVERFLOW or any(values)
