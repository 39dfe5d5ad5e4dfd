"""A stack's settings from its configuration, or all that is wrong with it."""

import copy
from collections.abc import Sequence
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
    found: list[ErrorDetails] | None = None
    while True:
        try:
            return Settings.model_validate(values), found or []
        except ValidationError as error:
            # Errors of a later round are of what was left out, not of what was given.
            found = error.errors() if found is None else found
            values = _without(values, error.errors())


def _without(values: dict[str, Any], errors: Sequence[ErrorDetails]) -> dict[str, Any]:
    # From the end of a list to its beginning, so that the other items keep their places.
    for path in sorted(
        map(path_of, errors), key=lambda path: list(map(_place, path)), reverse=True
    ):
        if path == ("location",):
            values["location"] = "westeurope"  # nothing depends on which
        else:
            _remove(values, path)
    return values


def _place(step: str | int) -> tuple[int, str]:
    return (step, "") if isinstance(step, int) else (-1, step)


def _remove(values: Any, path: Path) -> None:
    """Remove the value at a path; where it is missing, what it is missing from."""
    owners = [values]
    for step in path[:-1]:
        if not _has(owners[-1], step):
            return  # removed already
        owners.append(owners[-1][step])
    if _has(owners[-1], path[-1]):
        del owners[-1][path[-1]]
    elif len(path) > 1 and _has(owners[-2], path[-2]):
        del owners[-2][path[-2]]


def _has(owner: Any, step: str | int) -> bool:
    if isinstance(owner, list):
        return isinstance(step, int) and step < len(owner)
    return isinstance(owner, dict) and step in owner
