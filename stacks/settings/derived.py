"""Settings made of a component's arguments: each is listed once, with its type, rule, default and description."""

import types
from collections.abc import Callable, Collection, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from os import PathLike
from pathlib import Path
from types import NoneType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

import pydantic
from pydantic import create_model

from slipway.rules.documented import field_docs
from slipway.rules.fields import annotations, is_late
from stacks.settings.section import Section
from stacks.settings.texts import Number, Text, Whole

S = TypeVar("S", bound=Section)

_PLAIN: Mapping[Any, Any] = {str: Text, int: Whole, float: Number}


def made_of(arguments: type[Any], *, without: Collection[str] = ()) -> Callable[[type[S]], type[S]]:
    """Give a section one setting for each field of `arguments`, a component's dataclass.

    Left out are the fields in `without`, which a program wires, and those that the section declares itself.
    """

    def extended(section: type[S]) -> type[S]:
        hints, docs = annotations(arguments), field_docs(arguments)
        derived: dict[str, Any] = {
            field.name: (_setting_type(hints[field.name]), _setting(field, docs[field.name]))
            for field in fields(arguments)
            if field.name not in {*without, *section.model_fields}
        }
        made: type[S] = create_model(
            section.__name__,
            __base__=section,
            __doc__=section.__doc__,
            __module__=section.__module__,
            **derived,
        )
        made.made_of = arguments
        return made

    return extended


def _setting(field: "Field[Any]", description: str) -> Any:
    if field.default_factory is not MISSING:
        return pydantic.Field(default_factory=field.default_factory, description=description)
    if field.default is MISSING:
        return pydantic.Field(description=description)
    if is_dataclass(field.default):
        return pydantic.Field(
            default_factory=_section(type(field.default)), description=description
        )
    return pydantic.Field(default=field.default, description=description)


def _setting_type(hint: Any) -> Any:
    """The type of a setting: known when it is read, so never an output; objects become sections."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return Annotated[(_setting_type(inner[0]), *inner[1:])]
    if origin in (Union, types.UnionType):
        if any(get_origin(each) is PathLike for each in inner):
            return Path | None if NoneType in inner else Path
        plain = [_setting_type(each) for each in inner if not is_late(each)]
        return Union[tuple(plain)]  # noqa: UP007 - of a computed number of types
    if origin is Mapping:
        key, value = inner
        return origin[key, _setting_type(value)]
    return _section(hint) if is_dataclass(hint) else _PLAIN.get(hint, hint)


def _section(arguments: Any) -> type[Section]:
    """A section for a dataclass inside another."""
    name = arguments.__name__.removesuffix("Options") + "Settings"
    empty = create_model(name, __base__=Section, __doc__=arguments.__doc__)
    return made_of(arguments)(empty)
