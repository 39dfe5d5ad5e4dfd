"""The head of a lock: what it was resolved from, so that a lock of something else is known, and why."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_FORM = "# slipway lock 2"
_PYTHON, _NEEDS = "# python ", "# needs "


@dataclass(frozen=True)
class Inputs:
    """What a lock is resolved from: the image's Python, and PEP 508 lines."""

    python: str
    requirements: tuple[str, ...]


def header(inputs: Inputs) -> str:
    """The first lines of a lock, up to its packages."""
    needs = (f"{_NEEDS}{line}\n" for line in _distinct(inputs.requirements))
    return f"{_FORM}\n{_PYTHON}{inputs.python}\n{''.join(needs)}"


def difference(text: str, inputs: Inputs) -> str | None:
    """Why a lock's text is not the lock of these inputs, or None where it is."""
    if text.startswith(header(inputs)) and not text[len(header(inputs)) :].startswith(_NEEDS):
        return None
    lines = text.splitlines()
    if not lines or lines[0] != _FORM:
        return "it was written by an earlier version of Slipway, or by hand"
    python = next((line.removeprefix(_PYTHON) for line in lines if line.startswith(_PYTHON)), "")
    needs = {line.removeprefix(_NEEDS) for line in lines if line.startswith(_NEEDS)}
    return "; ".join(_causes(python, needs, inputs)) or "its first lines were edited"


def _causes(python: str, needs: set[str], inputs: Inputs) -> Iterator[str]:
    if python != inputs.python:
        yield f"it is for Python {python} and the image has Python {inputs.python}"
    wanted = set(inputs.requirements)
    if missing := _distinct(wanted - needs):
        yield f"it was made without {', '.join(missing)}, which the image needs now"
    if surplus := _distinct(needs - wanted):
        yield f"it was made with {', '.join(surplus)}, which nothing asks for any more"


def _distinct(lines: Iterable[str]) -> list[str]:
    return sorted(set(lines))
