"""Records as bytes."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import orjson

from scoring.collection.record import FIELDS, Record

_JSON_FIELDS = ("inputs", "outputs", "omitted")
_OPTIONS = orjson.OPT_NON_STR_KEYS | orjson.OPT_SERIALIZE_NUMPY


def line(record: Record) -> bytes:
    """One line of JSON Lines; NaN and infinities become null."""
    return orjson.dumps(record, default=str, option=_OPTIONS | orjson.OPT_APPEND_NEWLINE)


def parquet(records: Sequence[Record]) -> bytes:
    """One Parquet file; inputs and outputs are JSON text, so that every file has the same columns."""
    import pyarrow
    from pyarrow import parquet as files

    table = pyarrow.Table.from_pylist([_row(record) for record in records], schema=_schema())
    buffer = io.BytesIO()
    files.write_table(table, buffer, compression="zstd")
    return buffer.getvalue()


def _row(record: Record) -> Record:
    row = {name: record.get(name) for name in FIELDS}
    for name in _JSON_FIELDS:
        if row[name] is not None:
            row[name] = orjson.dumps(row[name], default=str, option=_OPTIONS).decode()
    return row


def _schema() -> Any:
    import pyarrow

    kinds = {"status": pyarrow.int16(), "seconds": pyarrow.float64()}
    return pyarrow.schema([(name, kinds.get(name, pyarrow.string())) for name in FIELDS])
