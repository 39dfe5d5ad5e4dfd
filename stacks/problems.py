"""What is wrong with a stack's configuration: every problem, with its key, in one list."""

import difflib
from collections.abc import Iterable, Mapping, Sequence, Set
from typing import Any

import pulumi
from pydantic import BaseModel
from pydantic_core import ErrorDetails

# Long values are cut: the key tells where to look.
_SHOWN = 80

# What pydantic says of these in a programmer's words.
_RULES = {
    "bool_parsing": "must be true or false",
    "bool_type": "must be true or false",
    "dict_type": "must be an object of names and texts",
    "float_parsing": "must be a number",
    "float_type": "must be a number",
    "int_from_float": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_type": "must be a whole number",
    "model_type": "must be an object",
    "path_type": "must be a path",
    "string_type": "must be a text",
}


class SettingsError(pulumi.RunError):
    """The stack's configuration cannot be deployed; `problems` maps each key to what is wrong.

    A `RunError`, so `pulumi up` prints the list and no traceback.
    """

    def __init__(self, problems: Mapping[str, str]) -> None:
        self.problems = dict(problems)
        count = f"{len(problems)} problem{'s' if len(problems) != 1 else ''}"
        lines = "".join(f"\n  {key} {why}" for key, why in sorted(problems.items()))
        super().__init__(f"the stack's configuration has {count}:{lines}")


def told(
    errors: Iterable[ErrorDetails],
    keys: Mapping[str, str],
    model: type[BaseModel],
    hidden: Set[str],
) -> dict[str, str]:
    """pydantic's errors as `{configuration key: sentence}`.

    `keys` names the configuration key of each top-level field; values under a key in `hidden` are
    secret and never shown.
    """
    found: dict[str, str] = {}
    for error in errors:
        path = [str(step) for step in error["loc"]]
        key = keys.get(path[0], f"slipway:{path[0]}")
        where = ".".join([key, *path[1:]])
        found[where] = _sentence(error, model, path, secret=key in hidden)
    return found


def _sentence(
    error: ErrorDetails, model: type[BaseModel], path: Sequence[str], *, secret: bool
) -> str:
    kind = error["type"]
    if kind == "missing":
        return f"is missing: {_description(model, path)}"
    if kind == "extra_forbidden":
        return f"is not a setting; {_alternatives(model, path)}"
    text = _RULES.get(kind) or error["msg"].removeprefix("Value error, ")
    text = text.replace("Input should be", "must be").removesuffix(".")
    if secret:
        return f"{text.split(', got ')[0]} (its value is secret)"
    return text if ", got " in text else f"{text}, got {_shown(error['input'])}"


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


def _description(model: type[BaseModel], path: Sequence[str]) -> str:
    owner = _owner(model, path)
    for name, field in owner.model_fields.items():
        if path[-1] in (name, field.alias):
            return field.description or "it must be given"
    return "it must be given"


def _alternatives(model: type[BaseModel], path: Sequence[str]) -> str:
    fields = _owner(model, path).model_fields
    return near_to(path[-1], [field.alias or name for name, field in fields.items()])


def near_to(name: str, known: Iterable[str]) -> str:
    """The one of `known` that was probably meant, or all of them."""
    names = sorted(known)
    near = difflib.get_close_matches(name, names, n=1)
    return f"did you mean {near[0]}?" if near else f"known here: {', '.join(names)}"


def _owner(model: type[BaseModel], path: Sequence[str]) -> type[BaseModel]:
    """The model that the last step of `path` is a field of."""
    for step in path[:-1]:
        nested = [
            candidate
            for name, field in model.model_fields.items()
            if step in (name, field.alias)
            for candidate in _models(field.annotation)
        ]
        if not nested:
            break
        model = nested[0]
    return model


def _models(annotation: Any) -> list[type[BaseModel]]:
    parts = getattr(annotation, "__args__", (annotation,))
    return [part for part in parts if isinstance(part, type) and issubclass(part, BaseModel)]
