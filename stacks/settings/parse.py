"""A stack's settings from its configuration, or all that is wrong with it."""

import copy
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from stacks.settings import checks, keys, secrets
from stacks.settings.given import Given
from stacks.settings.problems import Problems
from stacks.settings.sentences import Path, path_of, told
from stacks.settings.stack import KEYS, Settings


def parse(given: Given) -> Settings:
    """The settings. Raises `SettingsError` with all problems at once, each with its full key."""
    problems = Problems()
    problems.add(keys.problems(given))
    problems.add(secrets.problems(given))
    settings, errors = _validated(given)
    problems.add(told(errors, given.hidden))
    problems.add(checks.problems(settings, given, problems))
    problems.refuse()
    return settings


def _validated(given: Given) -> tuple[Settings, list[ErrorDetails]]:
    """The settings and what is wrong with them; whatever is wrong is left out of the settings, so that
    what belongs together can be checked all the same."""
    values = {
        Settings.model_fields[name].alias or name: copy.deepcopy(given.values[key])
        for name, key in KEYS.items()
        if key in given.values
    }
    rounds: list[list[ErrorDetails]] = []
    while True:
        try:
            settings = Settings.model_validate(values)
        except ValidationError as error:
            if rounds and _kinds(rounds[-1]) == _kinds(error.errors()):
                raise  # ours, and not the user's: what was left out is still there
            rounds.append(error.errors())
            _leave_out(values, rounds[-1])
        else:
            # Errors of a later round are of what was left out, not of what was given.
            return settings, rounds[0] if rounds else []


def _kinds(errors: Sequence[ErrorDetails]) -> list[tuple[str, Path]]:
    return [(error["type"], error["loc"]) for error in errors]


_STAND_INS: Mapping[tuple[str | int, ...], Any] = {
    ("location",): "westeurope",
    ("images", "models"): ["stand-in:1"],
    ("services", "image"): "stand-in:1",
}
"""For what must be there: nothing follows from these."""


def _leave_out(values: dict[str, Any], errors: Sequence[ErrorDetails]) -> None:
    # From the end of a list to its beginning, so that the other items keep their places.
    for path in sorted(map(path_of, errors), key=_order, reverse=True):
        stand_in = _STAND_INS.get((path[0], *path[2:]))
        if stand_in is None:
            _remove(values, path)
        elif (owner := _owner(values, path)) is not None:
            owner[path[-1]] = copy.copy(stand_in)


def _order(path: Path) -> list[tuple[int, str]]:
    return list(map(_place, path))


def _place(step: str | int) -> tuple[int, str]:
    return (step, "") if isinstance(step, int) else (-1, step)


def _remove(values: Any, path: Path) -> None:
    """Remove the value at a path; where it is missing, what it is missing from."""
    owner = _owner(values, path)
    if owner is not None and _has(owner, path[-1]):
        del owner[path[-1]]
    elif len(path) > 1 and (above := _owner(values, path[:-1])) is not None:
        above.pop(path[-2], None)


def _owner(values: Any, path: Path) -> Any:
    """The object that the last step of a path is in, or None where that is gone already."""
    for step in path[:-1]:
        if not _has(values, step):
            return None
        values = values[step]
    return values


def _has(owner: Any, step: str | int) -> bool:
    if isinstance(owner, list):
        return isinstance(step, int) and step < len(owner)
    return isinstance(owner, dict) and step in owner
