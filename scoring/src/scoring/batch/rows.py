"""Rows of a CSV, JSON Lines or Parquet file."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from scoring.errors import ScoringError

SUFFIXES = (".csv", ".jsonl", ".parquet")
_READ_BYTES = 2**20
_MOST_CELL_CHARACTERS = 16 * 2**20


class Row(NamedTuple):
    """`values` is a list, or an object by column; None with `error` for a row that could not be read.

    `shown` is what stands in the output beside the prediction: cells as they were, or the values.
    """

    values: Any
    shown: Any
    error: str | None = None


class Rows:
    """Iterable once. `columns` is None for JSON Lines, whose rows have their own."""

    columns: list[str] | None = None

    def __iter__(self) -> Iterator[Row]:
        raise NotImplementedError

    def done(self) -> float:
        """Share of the file that has been read, 0 to 1."""
        raise NotImplementedError

    def close(self) -> None:
        raise NotImplementedError


def kind_of(path: Path, option: str) -> str:
    """Raises ScoringError."""
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise ScoringError(f"{option} is {path}; its name must end in {', '.join(SUFFIXES)}")
    return suffix


def open_rows(path: Path, *, records: bool) -> Rows:
    """`records`: rows of tables as objects by column, not as lists. Raises ScoringError."""
    suffix = kind_of(path, "IN")
    if not path.is_file():
        raise ScoringError(f"IN is {path}; there is no such file")
    if suffix == ".parquet":
        return _ParquetRows(path, records)
    return _CsvRows(path, records) if suffix == ".csv" else _JsonRows(path)


class _TextRows(Rows):
    def __init__(self, path: Path, newline: str | None) -> None:
        self._size = max(path.stat().st_size, 1)
        self._binary = path.open("rb", buffering=0)
        # A byte that is no UTF-8 spoils its own row only.
        buffered = io.BufferedReader(self._binary, _READ_BYTES)
        self._text = io.TextIOWrapper(buffered, "utf-8-sig", errors="replace", newline=newline)

    def done(self) -> float:
        return min(self._binary.tell() / self._size, 1.0)

    def close(self) -> None:
        self._text.close()


class _CsvRows(_TextRows):
    def __init__(self, path: Path, records: bool) -> None:
        super().__init__(path, "")
        csv.field_size_limit(_MOST_CELL_CHARACTERS)
        self._reader = csv.reader(self._text)
        self._records = records
        self.columns = next(self._reader, None)
        if not self.columns:
            raise ScoringError(f"IN is {path}; it has no header line")
        if len(set(self.columns)) < len(self.columns):
            raise ScoringError(f"IN is {path}; its header names a column twice")

    def __iter__(self) -> Iterator[Row]:
        assert self.columns is not None  # noqa: S101  (set by __init__)
        width = len(self.columns)
        while True:
            try:
                for cells in self._reader:
                    if cells:
                        yield self._row(cells, width)
                return
            except csv.Error as error:
                yield Row(None, [""] * width, f"not CSV: {error}")

    def _row(self, cells: list[str], width: int) -> Row:
        if len(cells) != width:
            shown = (cells + [""] * width)[:width]
            return Row(None, shown, f"the row has {len(cells)} values, the header {width}")
        values = _values(cells)
        if self._records:
            values = dict(zip(self.columns or (), values, strict=True))
        return Row(values, cells)


def _values(cells: list[str]) -> Any:
    """Numbers as numbers, empty cells as null, the rest as text."""
    text = ",".join(cells)
    if '"' not in text and "[" not in text and "{" not in text:
        try:
            # One call for the whole row: most rows are numbers only.
            found = orjson.loads(f"[{text}]")
        except orjson.JSONDecodeError:
            found = ()
        # JSON's true, false and null are text in a table; no number is written with these letters.
        if len(found) == len(cells) and "u" not in text and "a" not in text:
            return found
    return [_value(cell) for cell in cells]


def _value(cell: str) -> Any:
    if not cell:
        return None
    try:
        value = orjson.loads(cell)
    except orjson.JSONDecodeError:
        return cell
    return value if type(value) in (int, float) else cell


class _JsonRows(_TextRows):
    def __init__(self, path: Path) -> None:
        super().__init__(path, "\n")

    def __iter__(self) -> Iterator[Row]:
        for line in self._text:
            if line.strip():
                yield _json_row(line.strip())


def _json_row(line: str) -> Row:
    try:
        values = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        return Row(None, line, f"not JSON: {error}")
    if not isinstance(values, list | dict):
        return Row(None, values, "a row must be a JSON array or object")
    return Row(values, values)


class _ParquetRows(Rows):
    def __init__(self, path: Path, records: bool) -> None:
        files = parquet_module()
        try:
            self._file = files.ParquetFile(path)
        except (ValueError, OSError) as error:
            raise ScoringError(f"IN is {path}; it is not a Parquet file: {error}") from None
        self._records = records
        self._rows = max(self._file.metadata.num_rows, 1)
        self._read = 0
        self.columns = list(self._file.schema_arrow.names)

    def __iter__(self) -> Iterator[Row]:
        for batch in self._file.iter_batches(batch_size=8192):
            for record in batch.to_pylist():
                values = list(record.values())
                yield Row(record if self._records else values, values)
            self._read += batch.num_rows

    def done(self) -> float:
        return float(self._read / self._rows)

    def close(self) -> None:
        self._file.close()


def parquet_module() -> Any:
    """pyarrow.parquet. Raises ScoringError when it is not installed."""
    try:
        from pyarrow import parquet
    except ImportError:
        raise ScoringError("Parquet files need pyarrow; install slipway-scoring[parquet]") from None
    return parquet


def chunks(rows: Iterator[Row], size: int) -> Iterator[list[Row]]:
    while chunk := list(itertools.islice(rows, size)):
        yield chunk
