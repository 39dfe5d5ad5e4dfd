"""A stack's settings from its configuration, or all that is wrong with it."""

import copy
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import replace
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from stacks.settings import checks, keys, secrets
from stacks.settings.given import Given
from stacks.settings.problems import Problems
from stacks.settings.sentences import Path, is_of_name, is_of_target, path_of, told
from stacks.settings.stack import KEYS, Settings
from stacks.settings.stand_in_names import StandInNames
from stacks.settings.targets import TARGETS

_DEEPEST = 100


def parse(given: Given) -> Settings:
    """The settings. Raises `SettingsError` with all problems at once, each with its full key."""
    problems = Problems()
    problems.add(keys.problems(given))
    deep = _too_deep(given)
    problems.add((key, f"must not be nested deeper than {_DEEPEST} levels") for key in deep)
    given = replace(given, values={key: given.values[key] for key in given.values.keys() - deep})
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
    told: list[ErrorDetails] | None = None
    before: list[tuple[str, Path]] = []
    names = StandInNames()
    while isinstance(found := _attempt(values), list):
        found = names.restored(found)
        if before == _kinds(found):  # ours, and not the user's: what was left out is still there
            raise AssertionError(f"the settings cannot be read without {before}")
        before = _kinds(found)
        _leave_out(values, found, names)
        # Other errors of a later round are of what was left out, not of what was given.
        told = (
            [*found, *_behind_targets(values, found)]
            if told is None
            else [*told, *_behind_values(found, told)]
        )
    return names.returned(found), told or []


def _attempt(values: Mapping[str, Any]) -> Settings | list[ErrorDetails]:
    try:
        # A copy: errors keep what was given, and not what is then left out of it.
        return Settings.model_validate(copy.deepcopy(dict(values)))
    except ValidationError as error:
        return error.errors()


def _behind_targets(
    values: Mapping[str, Any], errors: Iterable[ErrorDetails]
) -> list[ErrorDetails]:
    """What else is wrong with services whose target is wrong: what would be so with every target."""
    names = {path_of(each)[1] for each in errors if is_of_target(each)}
    if not names:
        return []
    by_target = []
    for target in TARGETS:
        tried = copy.deepcopy(values["services"])
        for name in names:
            tried[name]["target"] = target
        found = _attempt({**values, "services": tried})
        errors = found if isinstance(found, list) else []
        by_target.append(
            {
                _kind(each): each
                for each in errors
                if path_of(each)[1:2] and path_of(each)[1] in names
            }
        )
    first, *others = by_target
    return [error for kind, error in first.items() if all(kind in other for other in others)]


def _behind_values(
    errors: Iterable[ErrorDetails], told: Iterable[ErrorDetails]
) -> list[ErrorDetails]:
    """What is wrong with a map of names and texts as a whole, such as its names: pydantic says so once no value in it
    is wrong."""
    above = {path_of(each)[:-1] for each in told}
    return [
        each
        for each in errors
        if each["type"] == "value_error" and isinstance(each["input"], dict) and each["loc"]
        if path_of(each) in above
    ]


def _kind(error: ErrorDetails) -> tuple[str, Path]:
    return error["type"], path_of(error)


def _too_deep(given: Given) -> Set[str]:
    """Keys that hold more than anything here could walk through."""
    return {key for key, value in given.values.items() if _depth(value) > _DEEPEST}


def _depth(value: Any) -> int:
    depth, level = 0, [value]
    while level and depth <= _DEEPEST:
        depth += 1
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
    return depth


def _kinds(errors: Iterable[ErrorDetails]) -> list[tuple[str, Path]]:
    return list(map(_kind, errors))


_STAND_INS: Mapping[tuple[str | int, ...], Any] = {
    ("services", "target"): next(iter(TARGETS)),
    ("location",): "westeurope",
    ("images", "models"): ["stand-in:1"],
    ("services", "image"): "stand-in:1",
    ("models", "path"): __file__,
}
"""For what must be there, so that what stands beside it is checked all the same: nothing follows from these."""


def _leave_out(values: dict[str, Any], errors: Sequence[ErrorDetails], names: StandInNames) -> None:
    # From the end of a list to its beginning, so that the other items keep their places.
    paths = [path_of(each) for each in errors if not is_of_name(each)]
    for path in sorted(map(names.path, paths), key=_order, reverse=True):
        stand_in = _STAND_INS.get((path[0], *path[2:]))
        if stand_in is None:
            _remove(values, path)
        elif (owner := _owner(values, path)) is not None:
            owner[path[-1]] = copy.copy(stand_in)
    for path in (path_of(each) for each in errors if is_of_name(each)):
        names.give(values, path)


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
