"""What the user wrote: YAML makes 1.1 of the text 1.10, and a point in time of 2026-01-02."""

import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Self

import yaml

_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}([Tt ].*)?")


class WrittenFloat(float):
    """A number that is a text again where a text is wanted."""

    text: str

    def __new__(cls, value: float, text: str) -> Self:
        number = super().__new__(cls, value)
        number.text = text
        return number

    def __getnewargs__(self) -> tuple[float, str]:  # type: ignore[override]  # of float's alone
        return float(self), self.text

    def __str__(self) -> str:
        return self.text

    __repr__ = __str__


class WrittenInt(int):
    """The same of a whole number."""

    text: str

    def __new__(cls, value: int, text: str) -> Self:
        number = super().__new__(cls, value)
        number.text = text
        return number

    def __getnewargs__(self) -> tuple[int, str]:  # type: ignore[override]  # of int's alone
        return int(self), self.text

    def __str__(self) -> str:
        return self.text

    __repr__ = __str__


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
