"""Names on the wire: camelCase, as in every Pulumi schema; snake_case in Python."""

import re
from dataclasses import fields
from functools import cache
from inspect import get_annotations
from typing import Any, get_type_hints

import pulumi


def camel(name: str) -> str:
    """`login_server` as `loginServer`."""
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def wire_path(path: str) -> str:
    """`smoke_body` as `smokeBody`, at every step of a path such as `models[0].model_id`."""
    return re.sub(r"[a-z0-9_]+", lambda name: camel(name[0]), path)


def top_name(path: str) -> str:
    """The property that a path begins with."""
    return re.split(r"[.\[]", path, maxsplit=1)[0]


def properties(args: Any, resource: type[pulumi.CustomResource]) -> Any:
    """What a resource hands to the SDK: its arguments, and a place for each of its outputs.

    An input type of the SDK, because a plain dict would have the keys of users' own maps (tags) translated too.
    """
    kind: type = type(args)
    found = _input_type(kind)()
    outputs = dict.fromkeys(get_annotations(resource))
    found.__dict__.update({**outputs, **vars(args)})
    return found


def inputs(args: Any) -> dict[str, Any]:
    """The arguments of a function by their names on the wire, those that were not given left out."""
    return {camel(name): value for name, value in vars(args).items() if value is not None}


@cache
def hints(args: type) -> dict[str, Any]:
    """Types of the fields of an Args class, by name."""
    # `pulumi.Input` holds the text "Output[T]", which must mean something where the class is; its first member says
    # what T is.
    return get_type_hints(args, localns={"Output": pulumi.Output, "T": type(None)})


@cache
def _input_type(args: type) -> type:
    names = {field.name: pulumi.property(camel(field.name)) for field in fields(args)}
    # No field has to be given to the constructor: all are put into the object above.
    body = {**names, "__annotations__": hints(args), "__init__": lambda _: None}
    return pulumi.input_type(type(args.__name__, (), body))
