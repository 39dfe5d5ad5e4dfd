"""Tables of an entry script as rows of JSON, taken at once: the script may change them afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

_OPTIONS = orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_NON_STR_KEYS


def of_frame(frame: Any) -> bytes:
    """A pandas DataFrame as a JSON array of objects, as azureml-ai-monitoring sends it."""
    text: str = frame.to_json(orient="records")
    return text.encode()


def of_table(data: Any, names: Sequence[str] | None) -> bytes:
    """A DataFrame, a Spark frame, an array or a list of rows; one row may come without its outer list."""
    if hasattr(data, "toPandas"):
        data = data.toPandas()
    if hasattr(data, "to_json"):
        return of_frame(data)
    rows = data.tolist() if hasattr(data, "tolist") else list(data)
    if rows and not isinstance(rows[0], list | tuple):
        rows = [rows]
    if names:
        rows = [dict(zip(names, row, strict=False)) for row in rows]
    return orjson.dumps(rows, default=str, option=_OPTIONS)
