"""What every component's arguments have in common: which of them may arrive late, and how paths are given."""

from collections.abc import Mapping
from dataclasses import fields, replace
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pulumi

from components.errors import InvalidArgs
from slipway.rules.fields import annotations, may_be_late

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Given = TypeVar("Given", bound="DataclassInstance")

FilePath = str | PathLike[str]
"""A path as programs write it."""


def path_of(given: FilePath | None) -> Path | None:
    """The path as the libraries take it."""
    return None if given is None else Path(given)


def require_known(args: Any) -> None:
    """Raises `InvalidArgs` for every Output where the component has to know the value.

    Names, sizes and files are looked at before anything is deployed.
    """
    hints = annotations(type(args))
    problems = {
        field.name: "must be known before anything is deployed: give it as a value, not as an Output"
        for field in fields(args)
        if isinstance(getattr(args, field.name), pulumi.Output)
        if not may_be_late(hints[field.name])
    }
    if problems:
        raise InvalidArgs(type(args).__name__, problems)


def got(value: Any) -> str:
    """The end of a refusal: what was given, where that can be said."""
    return "" if isinstance(value, pulumi.Output) else f", got {value!r}"


def joined(
    given: pulumi.Input[Mapping[str, pulumi.Input[str]]], own: Mapping[str, pulumi.Input[str]]
) -> pulumi.Input[Mapping[str, pulumi.Input[str]]]:
    """Values by name, with those of the component's own. Names that are known stay known beside values that are not."""
    if isinstance(given, Mapping):
        return {**given, **own}
    return pulumi.Output.all(given, own).apply(lambda both: {**(both[0] or {}), **both[1]})


SHOWN = frozenset(
    {
        "location",
        "environment",
        "tags",
        "properties",
        "description",
        "framework",
        "framework_version",
    }
)
"""Arguments that anybody may read where they end, so that they must not be secret."""


def without_secrets(args: Given) -> Given:
    """The arguments, of which those that are shown raise `InvalidArgs` once it is known that they are secret."""
    names = [field.name for field in fields(args) if field.name in SHOWN]
    owner = type(args).__name__
    return replace(args, **{name: _public(owner, name, getattr(args, name)) for name in names})


def _public(owner: str, name: str, value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _public(owner, f"{name}.{key}", each) for key, each in value.items()}
    if not isinstance(value, pulumi.Output):
        return value
    checked: pulumi.Output[Any] = pulumi.Output.from_input(_refuse_secret(owner, name, value))
    return pulumi.Output.all(value, checked).apply(lambda both: both[0])


async def _refuse_secret(owner: str, name: str, value: pulumi.Output[Any]) -> Any:
    if await value.is_secret():
        raise InvalidArgs(owner, {name: "must not be secret: it is not kept as one"})
    return None
