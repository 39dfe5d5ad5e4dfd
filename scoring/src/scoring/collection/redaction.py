"""Taking out of a record what must not be kept."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

REDACTED = "[redacted]"

_STEP = re.compile(
    r"""\.(?P<name>[A-Za-z_][\w-]*) | \.(?P<any>\*) | \[(?P<every>\*)\] | \[(?P<index>\d+)\]
      | \[(?P<quote>['"])(?P<quoted>.*?)(?P=quote)\] | \.(?P<deep>\.)(?P<deep_name>[A-Za-z_][\w-]*)""",
    re.VERBOSE,
)


class PathError(ValueError):
    """Not a path that is understood here."""


class JsonPath:
    """A part of RFC 9535: `$.inputs.rows[*][3]`, `$.inputs['last name']`, `$..email`, `.*`, `[0]`."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._steps = list(_steps(text))

    def redact(self, document: Any) -> Any:
        """`document` with every value at this path replaced, in place where it is not the whole."""
        return REDACTED if not self._steps else _redact(document, self._steps)


Step = tuple[str, Any]


def _steps(text: str) -> Iterable[Step]:
    if not text.startswith("$"):
        raise PathError(f"{text!r} does not begin with $")
    position = 1
    while position < len(text):
        match = _STEP.match(text, position)
        if match is None:
            raise PathError(
                f"{text!r} is not understood from {text[position:]!r} on; use .name, ['name'], [0], [*], .* or ..name"
            )
        yield _step(match)
        position = match.end()


def _step(match: re.Match[str]) -> Step:
    if match["deep_name"] is not None:
        return "deep", match["deep_name"]
    if match["any"] is not None or match["every"] is not None:
        return "every", None
    if match["index"] is not None:
        return "index", int(match["index"])
    return "name", match["name"] if match["name"] is not None else match["quoted"]


def _redact(value: Any, steps: list[Step]) -> Any:
    if not steps:
        return REDACTED
    (kind, what), rest = steps[0], steps[1:]
    if kind == "deep":
        return _redact_deep(value, what, rest)
    for place in _places(value, kind, what):
        value[place] = _redact(value[place], rest)
    return value


def _places(value: Any, kind: str, what: Any) -> list[Any]:
    if isinstance(value, dict):
        return (
            list(value) if kind == "every" else [what] if kind == "name" and what in value else []
        )
    if isinstance(value, list):
        if kind == "every":
            return list(range(len(value)))
        return [what] if kind == "index" and what < len(value) else []
    return []


def _redact_deep(value: Any, name: str, rest: list[Step]) -> Any:
    children = (
        list(value)
        if isinstance(value, dict)
        else range(len(value))
        if isinstance(value, list)
        else ()
    )
    for place in children:
        if place == name and isinstance(value, dict):
            value[place] = _redact(value[place], rest)
        else:
            value[place] = _redact_deep(value[place], name, rest)
    return value
