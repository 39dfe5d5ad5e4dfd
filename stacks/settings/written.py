"""What the user wrote: YAML makes 1.1 of the text 1.10, and a point in time of 2026-01-02."""

import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Self

import yaml

_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}([Tt ].*)?")


class _Written:
    """A number that is a text again where a text is wanted."""

    text: str
    real: Any  # the plain number, of whichever kind stands beside this class

    def __new__(cls, value: float, text: str) -> Self:
        number = super().__new__(cls, value)  # type: ignore[call-arg]  # that kind's, not object's
        number.text = text
        return number

    def __getnewargs__(self) -> tuple[Any, str]:
        return self.real, self.text

    def __str__(self) -> str:
        return self.text

    __repr__ = __str__


class WrittenFloat(_Written, float):  # type: ignore[misc]  # its arguments for pickling are two
    """With a fraction, or so large."""


class WrittenInt(_Written, int):  # type: ignore[misc]  # likewise
    """A whole one."""


def as_written(value: Any, written: Any) -> Any:
    """The value, with the texts of its numbers and dates. `written` is what the file has there, all of it texts."""
    if isinstance(value, Mapping) and isinstance(written, Mapping):
        return {key: as_written(each, written.get(key)) for key, each in value.items()}
    if isinstance(value, list) and isinstance(written, list) and len(value) == len(written):
        return [as_written(each, text) for each, text in zip(value, written, strict=True)]
    if isinstance(value, bool) or not isinstance(written, str) or not _means(written, value):
        return value
    if isinstance(value, float):
        return WrittenFloat(value, written)
    return WrittenInt(value, written) if isinstance(value, int) else written


def _means(text: str, value: Any) -> bool:
    """Whether the value can come of this text: it may come from another file than the one that was read."""
    if isinstance(value, str):
        return bool(_DATE.fullmatch(text)) and _day(text) == value[:10] and "T" in value
    return isinstance(value, int | float) and value in _readings(text)


def _readings(text: str) -> list[Any]:
    """As Python and as YAML reads it; the engine's own reader takes what either does."""
    found: list[Any] = []
    for read in (float, yaml.safe_load):
        with suppress(ValueError, yaml.YAMLError):
            found.append(read(text))
    return found


def _day(text: str) -> str:
    year, month, day = re.split(r"[-Tt ]", text, maxsplit=3)[:3]
    return f"{year}-{month:0>2}-{day:0>2}"
