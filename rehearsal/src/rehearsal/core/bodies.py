"""What the members of a request's body may be, and the reading of a body by it, as Azure's deserializer reads.

It is lenient where Azure is (the case of names and of enumerated words, numbers written as text, null for what is
absent) and refuses all else with the path: so no resource type meets a list where it looks for an object.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from rehearsal.core.errors import ArmError

MAX_DEPTH = 64
_WHOLE = range(-(2**31), 2**31)


@dataclass(frozen=True)
class Text:
    """A string; a number is taken as its text."""


@dataclass(frozen=True)
class Word:
    """One of a few words, in Azure's spelling; an unknown one is left to the type, which has a refusal of its own."""

    words: tuple[str, ...]


@dataclass(frozen=True)
class Number:
    """A number, or its text."""

    whole: bool = False


@dataclass(frozen=True)
class Flag:
    """True or false, or their text."""


@dataclass(frozen=True)
class Anything:
    """Kept as it is."""


@dataclass(frozen=True)
class ListOf:
    """A list."""

    item: "Shape"


@dataclass(frozen=True)
class MapOf:
    """An object with names of the caller's choice."""

    value: "Shape"


@dataclass(frozen=True)
class Fields:
    """An object with members of its own; others are refused where it is `closed`, else kept."""

    members: Mapping[str, "Shape"]
    closed: bool = False
    _names: Mapping[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_names", {name.lower(): name for name in self.members})

    def name(self, given: str) -> str | None:
        """The member's name in Azure's spelling; None for an unknown one."""
        return self._names.get(given.lower())


Shape = Text | Word | Number | Flag | Anything | ListOf | MapOf | Fields
TEXTS = ListOf(Text())


def parse(content: bytes) -> dict[str, Any]:
    """The JSON object of a request. Raises ArmError for whatever else it is."""
    try:
        found = json.loads(content, parse_constant=_no_number)
        found_depth = _depth(found)
        json.dumps(found, ensure_ascii=False).encode()  # half of a surrogate pair is no text
    except (ValueError, RecursionError):
        raise unreadable("") from None
    if not isinstance(found, dict) or found_depth > MAX_DEPTH:
        raise unreadable("")
    return found


def read(value: Any, shape: Shape, path: str = "") -> Any:
    """The value as the shape says. Raises ArmError with the path of what is not."""
    if value is None or isinstance(shape, Anything):
        return value
    match shape:
        case Fields():
            return _fields(value, shape, path)
        case MapOf(inner):
            given = _object(value, path)
            return {name: read(one, inner, _join(path, name)) for name, one in given.items()}
        case ListOf(inner):
            if not isinstance(value, list):
                raise unreadable(path, "an array")
            return [_item(one, inner, f"{path}[{index}]") for index, one in enumerate(value)]
        case Text() | Word():
            return _text(value, shape, path)
        case Number():
            return _number(value, shape, path)
        case _:
            return _flag(value, path)


def unreadable(path: str, wanted: str = "") -> ArmError:
    """ARM's refusal of a body."""
    more = f": '{path}' must be {wanted}. Path '{path}'." if wanted else "."
    return ArmError(
        400,
        "InvalidRequestContent",
        f"The request content was invalid and could not be deserialized{more}",
    )


def _fields(value: Any, shape: Fields, path: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for given, inner in _object(value, path).items():
        if inner is None:
            continue
        name = shape.name(given)
        if name is None and shape.closed:
            where = _join(path, given)
            raise ArmError(
                400,
                "InvalidRequestContent",
                "The request content was invalid and could not be deserialized: 'Could not find member "
                f"'{given}' on object of type 'ResourceDefinition'. Path '{where}'.'.",
            )
        if name is None:
            found[given] = inner
        else:
            found[name] = read(inner, shape.members[name], _join(path, name))
    return found


def _item(value: Any, shape: Shape, path: str) -> Any:
    if value is None:
        raise unreadable(path, "a value, and not null")
    return read(value, shape, path)


def _object(value: Any, path: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise unreadable(path, "an object")
    return value


def _text(value: Any, shape: Text | Word, path: str) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise unreadable(path, "a string")
    text = str(value)
    if isinstance(shape, Word):
        return next((word for word in shape.words if word.lower() == text.lower()), text)
    return text


def _number(value: Any, shape: Number, path: str) -> int | float:
    wanted = "an integer" if shape.whole else "a number"
    try:
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise unreadable(path, wanted)
        number = float(value)
    except (ValueError, OverflowError):
        raise unreadable(path, wanted) from None
    if not math.isfinite(number) or (
        shape.whole and (not number.is_integer() or int(number) not in _WHOLE)
    ):
        raise unreadable(path, wanted)
    return int(number) if shape.whole else number


def _flag(value: Any, path: str) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    raise unreadable(path, "true or false")


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _depth(value: Any) -> int:
    deepest, level = 0, [value]
    while level and deepest <= MAX_DEPTH:
        deepest += 1
        level = [
            inner
            for one in level
            if isinstance(one, dict | list)
            for inner in (one.values() if isinstance(one, dict) else one)
        ]
    return deepest


def _no_number(word: str) -> float:
    raise ValueError(word)
