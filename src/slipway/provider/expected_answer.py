"""An answer beside the one that was expected."""

import json
from collections.abc import Mapping
from typing import Any

_SHOWN = 100


def difference(expected: str, body: str, tolerance: float) -> str | None:
    """Where a JSON answer differs from the expected one by more than the tolerance, or None."""
    try:
        got = json.loads(body)
    except (ValueError, RecursionError):
        return "the answer is not JSON"
    wanted = json.loads(expected)
    if isinstance(got, str) and not isinstance(wanted, str):
        # run() that returns json.dumps(...) is answered as a text in JSON, as Azure ML does.
        try:
            got = json.loads(got)
        except (ValueError, RecursionError):
            return _unlike(wanted, got, "")
    return _difference(wanted, got, tolerance, "")


def _difference(wanted: Any, got: Any, tolerance: float, at: str) -> str | None:
    if _is_number(wanted) and _is_number(got):
        return None if abs(wanted - got) <= tolerance else _unlike(wanted, got, at)
    if isinstance(wanted, Mapping) and isinstance(got, Mapping) and wanted.keys() == got.keys():
        steps = [(f"{at}.{key}", wanted[key], got[key]) for key in wanted]
    elif isinstance(wanted, list) and isinstance(got, list) and len(wanted) == len(got):
        steps = [(f"{at}[{i}]", *both) for i, both in enumerate(zip(wanted, got, strict=True))]
    else:
        same = type(wanted) is type(got) and wanted == got
        return None if same else _unlike(wanted, got, at)
    found = (_difference(one, other, tolerance, place) for place, one, other in steps)
    return next(filter(None, found), None)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _unlike(wanted: Any, got: Any, at: str) -> str:
    return f"{at.removeprefix('.') or 'it'} is {_shown(got)}, and not {_shown(wanted)}"


def _shown(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
