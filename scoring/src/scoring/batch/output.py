"""All parts as one file in the wanted form."""

from __future__ import annotations

import csv
import itertools
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, Any

import orjson

from scoring.batch.rows import kind_of, parquet_module

_PARQUET_ROWS = 16_384


def write(
    path: Path, form: str, columns: list[str] | None, rows: Callable[[], Iterable[list[Any]]]
) -> tuple[int, int]:
    """Writes and syncs `path`; gives the number of rows, and of those with an error. `rows` is called per pass."""
    tally = Tally()
    if form == ".parquet":
        _write_parquet(path, columns, tally, rows)
    else:
        with path.open("w", encoding="utf-8", newline="") as file:
            (_write_csv if form == ".csv" else _write_jsonl)(file, columns, tally.counted(rows()))
    with path.open("rb") as file:
        os.fsync(file.fileno())
    return tally.rows, tally.errors


class Tally:
    """Counts what passes through."""

    rows = 0
    errors = 0

    def counted(self, rows: Iterable[list[Any]]) -> Iterator[list[Any]]:
        for row in rows:
            self.rows += 1
            if row[2]:
                self.errors += 1
            yield row


def check(path: Path) -> str:
    """The form of OUT. Raises ScoringError for one that cannot be written."""
    form = kind_of(path, "OUT")
    if form == ".parquet":
        parquet_module()
    return form


def _write_csv(file: IO[str], columns: list[str] | None, rows: Iterable[list[Any]]) -> None:
    writer = csv.writer(file, lineterminator="\n")
    names = ["input"] if columns is None else columns
    writer.writerow([*names, *_added(names)])
    for shown, prediction, error in rows:
        given = [shown] if columns is None else shown
        cells = [value if type(value) is str else _cell(value) for value in given]
        writer.writerow([*cells, _cell(prediction), error])


def _write_jsonl(file: IO[str], columns: list[str] | None, rows: Iterable[list[Any]]) -> None:
    for shown, prediction, error in rows:
        given = shown if columns is None else dict(zip(columns, shown, strict=True))
        line = {"input": given, "prediction": prediction, "error": error}
        file.write(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE).decode())


def _write_parquet(
    path: Path, columns: list[str] | None, tally: Tally, rows: Callable[[], Iterable[list[Any]]]
) -> None:
    import pyarrow

    names = ["input"] if columns is None else columns
    names = [*names, *_added(names)]
    kinds = _kinds(_flat(columns, rows()), len(names))
    arrow = {"int": pyarrow.int64(), "float": pyarrow.float64(), "bool": pyarrow.bool_()}
    types = [arrow.get(kind, pyarrow.string()) for kind in kinds]
    schema = pyarrow.schema(list(zip(names, types, strict=True)))
    with parquet_module().ParquetWriter(path, schema, compression="zstd") as writer:
        for group in _groups(_flat(columns, tally.counted(rows())), _PARQUET_ROWS):
            arrays = [
                pyarrow.array([_fitted(row[place], kind) for row in group], types[place])
                for place, kind in enumerate(kinds)
            ]
            writer.write_table(pyarrow.Table.from_arrays(arrays, schema=schema))


def _flat(columns: list[str] | None, rows: Iterable[list[Any]]) -> Iterator[list[Any]]:
    for shown, prediction, error in rows:
        yield [*([shown] if columns is None else shown), prediction, error]


def _kinds(rows: Iterable[list[Any]], width: int) -> list[str]:
    """The narrowest kind that holds every value of each column: bool, int, float, or text."""
    seen: list[set[str]] = [set() for _ in range(width)]
    for row in rows:
        for place, value in enumerate(row):
            if value is not None:
                seen[place].add(type(value).__name__)
    return [_common(kinds) for kinds in seen]


def _common(kinds: set[str]) -> str:
    if len(kinds) == 1 and kinds <= {"bool", "int", "float"}:
        return next(iter(kinds))
    return "float" if kinds == {"int", "float"} else "text"


def _fitted(value: Any, kind: str) -> Any:
    if value is None or kind in ("int", "bool"):
        return value
    return float(value) if kind == "float" else _cell(value)


def _groups(rows: Iterator[list[Any]], size: int) -> Iterator[list[list[Any]]]:
    while group := list(itertools.islice(rows, size)):
        yield group


def _added(names: list[str]) -> list[str]:
    """Names of the two columns that are added; a name that is taken gets underscores."""
    added = []
    for wanted in ("prediction", "error"):
        while wanted in names:
            wanted += "_"
        added.append(wanted)
    return added


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else orjson.dumps(value).decode()
