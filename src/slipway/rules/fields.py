"""The rules in the types of a dataclass's fields, asked for one of its instances."""

from collections.abc import Awaitable, Mapping
from dataclasses import fields, is_dataclass
from inspect import get_annotations
from types import UnionType
from typing import Annotated, Any, ForwardRef, Union, get_args, get_origin

import pulumi

from slipway.rules.rule import Rule


def refusals(arguments: Any) -> dict[str, str]:
    """Field -> why its value is refused, `smoke_test.deadline_seconds` inside another; all at once.

    Values that arrive late (a Pulumi `Output` where a text is wanted) and None are passed over.
    """
    found: dict[str, str] = {}
    rules = _rules(type(arguments))
    for field in fields(arguments):
        name, value = field.name, getattr(arguments, field.name)
        if is_dataclass(value):
            found |= {f"{name}.{inner}": why for inner, why in refusals(value).items()}
        elif isinstance(value, str | int | float | Mapping):
            reasons = (rule.refusal(value) for rule in rules[name])
            if reason := next(filter(None, reasons), None):
                found[name] = reason
    return found


def is_late(member: Any) -> bool:
    """Whether this member of a union, as of `pulumi.Input`, is a value that arrives late."""
    return isinstance(member, ForwardRef) or get_origin(member) in (pulumi.Output, Awaitable)


def may_be_late(hint: Any) -> bool:
    """Whether a value of this type, as it is written, may be a Pulumi `Output`."""
    if get_origin(hint) is Annotated:
        return may_be_late(get_args(hint)[0])
    return any(is_late(member) or may_be_late(member) for member in _members(hint))


def _members(hint: Any) -> tuple[Any, ...]:
    return get_args(hint) if get_origin(hint) in (Union, UnionType) else ()


def annotations(owner: type) -> dict[str, Any]:
    """Field -> its type as it is written, inherited ones included.

    Not `typing.get_type_hints`: `pulumi.Input` has a name in it that means something only in the SDK.
    """
    found: dict[str, Any] = {}
    for cls in reversed(owner.__mro__):
        found |= get_annotations(cls)
    return found


def _rules(owner: type) -> dict[str, list[Rule]]:
    return {name: _in_type(hint) for name, hint in annotations(owner).items()}


def _in_type(hint: Any) -> list[Rule]:
    """The rules of a type, and of the members of a union: not those of a container's items."""
    if get_origin(hint) is Annotated:
        inner, *metadata = get_args(hint)
        return [*_in_type(inner), *(each for each in metadata if isinstance(each, Rule))]
    if type(None) in get_args(hint):
        return [rule for member in get_args(hint) for rule in _in_type(member)]
    return []
