"""Predictions for a chunk of rows; where the chunk as a whole fails, the rows that are to blame are found."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

#: A list of rows to whatever the model or `run()` answers.
Call = Callable[[list[Any]], Any]


class Answer(NamedTuple):
    value: Any = None
    error: str | None = None


class RowsRefused(Exception):
    """The entry script answered with an error of its own."""


def predict(call: Call, rows: Sequence[Any]) -> list[Answer]:
    """One answer per row. Halves the chunk until the rows that fail stand alone."""
    if not rows:
        return []
    try:
        answer = _plain(call(list(rows)))
        found = _one_per_row(answer, len(rows))
    except Exception as error:
        if len(rows) == 1:
            return [Answer(error=_brief(error))]
        found = None
    else:
        if found is None and len(rows) == 1:
            found = [answer]
    if found is not None:
        return [Answer(value) for value in found]
    middle = len(rows) // 2
    return predict(call, rows[:middle]) + predict(call, rows[middle:])


def _plain(answer: Any) -> Any:
    """Arrays as lists; text that is JSON decoded, as 2018's scripts return it."""
    if hasattr(answer, "tolist"):
        answer = answer.tolist()
    if isinstance(answer, str):
        try:
            answer = json.loads(answer)
        except ValueError:
            return answer
    if isinstance(answer, dict) and set(answer) == {"error"}:
        raise RowsRefused(str(answer["error"]))
    return answer


def _one_per_row(answer: Any, count: int) -> list[Any] | None:
    """A list of `count` values, or None when the answer is not one per row."""
    if isinstance(answer, list | tuple):
        return list(answer) if len(answer) == count else None
    if not isinstance(answer, dict):
        return None
    lists = {
        name: value
        for name, value in answer.items()
        if isinstance(value, list) and len(value) == count
    }
    if len(lists) == 1:
        return next(iter(lists.values()))
    if lists and len(lists) == len(answer):
        return [
            dict(zip(lists, values, strict=True)) for values in zip(*lists.values(), strict=True)
        ]
    return None


def _brief(error: Exception) -> str:
    text = str(error).strip().splitlines()
    first = f": {text[0]}" if text else ""
    return str(error) if isinstance(error, RowsRefused) else f"{type(error).__name__}{first}"
