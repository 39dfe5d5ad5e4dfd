"""pydantic's errors as sentences with configuration keys."""

import types
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from functools import reduce
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic_core import ErrorDetails

from stacks.settings.problems import below, near_to
from stacks.settings.section import Section
from stacks.settings.stack import KEYS, Settings
from stacks.settings.targets import TARGETS, ByTarget

# Long values are cut: the key says where to look.
_SHOWN = 80
# How pydantic marks an error in a name of a mapping, and one of a service's target.
_NAME = "[key]"
_NO_TARGET = "union_tag"

# What pydantic says of these in a programmer's words.
_RULES = {
    "bool_parsing": "must be true or false",
    "bool_type": "must be true or false",
    "dict_type": "must be an object of names and texts",
    "float_parsing": "must be a number",
    "float_type": "must be a number",
    "int_from_float": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_parsing_size": "must be a number that is not so long",
    "int_type": "must be a whole number",
    "model_attributes_type": "must be an object",
    "model_type": "must be an object",
    "path_type": "must be a path",
    "string_type": "must be a text",
    "tuple_type": "must be a list",
}

Path = tuple[str | int, ...]


def told(errors: Iterable[ErrorDetails], hidden: Set[str]) -> Iterator[tuple[str, str]]:
    """Configuration key and sentence of each error.

    Values under a key in `hidden` are secret and never shown.
    """
    for error in errors:
        yield key_of(path_of(error)), _sentence(error, hidden)


def path_of(error: ErrorDetails) -> Path:
    """Where in the configuration an error is: pydantic's location without the target it chose."""
    location = tuple(step for step in error["loc"] if step != _NAME)
    if is_of_target(error):
        return (*location, "target")
    if location[0] == "services" and len(location) > 2 and location[2] in TARGETS:
        return (*location[:2], *location[3:])
    return location


def is_of_target(error: ErrorDetails) -> bool:
    """Whether a service has no target that is known."""
    return error["type"].startswith(_NO_TARGET)


def is_of_name(error: ErrorDetails) -> bool:
    """Whether a model, an image or a service has a name that it cannot have."""
    return len(error["loc"]) == 3 and error["loc"][-1] == _NAME


def key_of(path: Path) -> str:
    """`slipway:images.diabetes-image.models[0]`, as `pulumi config set --path` takes it."""
    first = next(
        (KEYS[name] for name in KEYS if path[0] == (Settings.model_fields[name].alias or name)),
        f"slipway:{path[0]}",
    )
    return reduce(below, path[1:], first)


def _sentence(error: ErrorDetails, hidden: Set[str]) -> str:
    kind, path = error["type"], error["loc"]
    section = _owner(path)
    if kind == "missing":
        return f"is missing: {_description(section, path)}"
    if kind == "extra_forbidden":
        return f"is not a setting; {_alternatives(section, path)}"
    secret = key_of(path_of(error)).partition(".")[0] in hidden
    if kind.startswith(_NO_TARGET):
        return _target(error, secret=secret)
    text = (_RULES.get(kind) or error["msg"]).removeprefix("Value error, ")
    text = text.replace("Input should be", "must be").removesuffix(".")
    if path[-1] == _NAME:
        return f"as a name {text}{_registered(path)}"
    if secret:
        return f"{text.partition(', got ')[0].partition(': ')[0]} (its value is secret)"
    told_already = kind == "value_error"
    if kind == "dict_type" and len(path) == 1:
        text = "must be an object: names, each with its settings"
    return text if told_already else f"{text}, got {_shown(error['input'])}"


def _target(error: ErrorDetails, *, secret: bool) -> str:
    targets = " or ".join(TARGETS)
    if error["type"] == "union_tag_not_found":
        return f"is missing: Where the service runs ({targets})"
    if secret:
        return f"must be {targets} (its value is secret)"
    return f"must be {targets}, got {_shown(error['input'].get('target'))}"


def _registered(path: Sequence[str | int]) -> str:
    if path[0] != "models" or ":" not in str(path[1]):
        return ""
    return (
        "; a registered model is named by the image that takes it, in slipway:images.<name>.models"
    )


def _shown(value: Any) -> str:
    if value is None or value == "":
        return "nothing"
    text = str(value).lower() if isinstance(value, bool) else repr(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


def _description(section: type[Section], path: Sequence[str | int]) -> str:
    for name, field in section.model_fields.items():
        if path[-1] in (name, field.alias):
            return (field.description or "it must be given").removesuffix(".")
    return "it must be given"


def _alternatives(section: type[Section], path: Sequence[str | int]) -> str:
    fields = section.model_fields
    return near_to(str(path[-1]), [field.alias or name for name, field in fields.items()])


def _owner(path: Sequence[str | int]) -> type[Section]:
    """The section that the last step of an error's location is a field of."""
    found: Any = Settings
    for step in path[:-1]:
        found = _below(found, step)
    sections = [each for each in _members(found) if _is_section(each)]
    return sections[0] if sections else Settings


def _below(hint: Any, step: str | int) -> Any:
    """The type that a step of a location leads to."""
    for member in _members(hint):
        if _is_section(member):
            for name, field in member.model_fields.items():
                if step in (name, field.alias):
                    return field.annotation
        elif isinstance(member, ByTarget) and step in TARGETS:
            return TARGETS[str(step)].settings
        elif issubclass(get_origin(member) or object, Mapping):
            return get_args(member)[1]
    return None


def _members(hint: Any) -> Iterator[Any]:
    """What a type may be: the members of a union, and what stands beside it in `Annotated`."""
    if get_origin(hint) is Annotated:
        inner, *metadata = get_args(hint)
        yield from metadata
        yield from _members(inner)
    elif get_origin(hint) in (Union, types.UnionType):
        for each in get_args(hint):
            yield from _members(each)
    else:
        yield hint


def _is_section(hint: Any) -> bool:
    return isinstance(hint, type) and issubclass(hint, Section)
