"""Reads what a program gives as an Args dataclass declares it, and collects everything that is wrong with it."""

import dataclasses
import difflib
from collections.abc import Awaitable, Collection, Mapping, Sequence
from os import PathLike
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

import pulumi
from pulumi.provider.experimental.property_value import PropertyValue

from slipway.provider.values import is_unknown, plain
from slipway.resources.wire import camel, hints

_SHOWN = 100
_SCALARS: Mapping[type, tuple[tuple[type, ...], str]] = {
    str: ((str,), "a string"),
    bool: ((bool,), "true or false"),
    float: ((float,), "a number"),
}


class Reader:
    """One reading of one resource's properties.

    `problems` maps a property's path, as users write it, to a sentence. What is wrong reads as `pulumi.UNKNOWN`, so
    that the rest can be looked at too.
    """

    def __init__(self) -> None:
        self.problems: dict[str, str] = {}

    def fields(
        self,
        kind: type,
        given: Mapping[str, PropertyValue],
        *,
        at: str = "",
        also: Collection[str] = (),
    ) -> dict[str, Any]:
        """Values of an Args class's fields, those that were not given left out; names in `also` are passed over."""
        known = {camel(field.name): field for field in dataclasses.fields(kind)}
        for name in sorted(given.keys() - known.keys() - set(also)):
            self._refuse(at + name, f"is not an argument{_nearest(name, known)}")
        found = {}
        for name, field in known.items():
            value = given.get(name)
            if value is not None and value.value is not None:
                found[field.name] = self.value(value, hints(kind)[field.name], at + name)
            elif _required(field):
                found[field.name] = self._refuse(at + name, "is missing")
        return found

    def value(self, value: PropertyValue, hint: Any, at: str) -> Any:
        """One value of that type."""
        late = late_type(hint)
        if late is not None:
            return self.late(value, late, at)
        if is_unknown(value):
            return self._refuse(at, "must be known before anything is deployed: give it as a value")
        inner = value.value
        if value.is_secret and isinstance(inner, Mapping):  # its parts decide whether they may be
            value = PropertyValue({key: item.with_secret(True) for key, item in inner.items()})
        elif value.is_secret:
            return self._refuse(at, "must not be secret: it is not kept as one")
        return self.known(value, hint, at)

    def late(self, value: PropertyValue, hint: Any, at: str) -> Any:
        """A value that may be unknown or secret."""
        return pulumi.UNKNOWN if is_unknown(value) else self.known(value, hint, at)

    def known(self, value: PropertyValue, hint: Any, at: str) -> Any:
        """A value that is there."""
        hint = _without_none(hint)
        origin = get_origin(hint) or hint
        inner = value.value
        if hint is Any:
            return plain(value)
        if dataclasses.is_dataclass(hint) and isinstance(hint, type):
            if not isinstance(inner, Mapping):
                return self._mismatch(value, "an object", at)
            return self.build(hint, self.fields(hint, inner, at=f"{at}."), at)
        if origin is Literal:
            return self._choice(value, get_args(hint), at)
        if isinstance(origin, type) and issubclass(origin, Mapping):
            return self._mapping(value, get_args(hint)[1], at)
        if isinstance(origin, type) and issubclass(origin, Sequence) and origin is not str:
            return self._sequence(value, get_args(hint)[0], at)
        return self._scalar(value, hint, at)

    def build(self, kind: type, values: Mapping[str, Any], at: str) -> Any:
        """A nested object; `UNKNOWN` where its fields are already refused."""
        if any(path.startswith(f"{at}.") for path in self.problems):
            return pulumi.UNKNOWN
        return kind(**values)

    def _mapping(self, value: PropertyValue, item: Any, at: str) -> Any:
        if not isinstance(value.value, Mapping):
            return self._mismatch(value, "an object", at)
        return {key: self.value(one, item, f"{at}.{key}") for key, one in value.value.items()}

    def _sequence(self, value: PropertyValue, item: Any, at: str) -> Any:
        inner = value.value
        if not isinstance(inner, Sequence) or isinstance(inner, str):
            return self._mismatch(value, "a list", at)
        return [self.value(one, item, f"{at}[{number}]") for number, one in enumerate(inner)]

    def _choice(self, value: PropertyValue, choices: tuple[Any, ...], at: str) -> Any:
        found = plain(value)
        if found in choices:
            return found
        return self._mismatch(value, f"one of {', '.join(map(repr, choices))}", at)

    def _scalar(self, value: PropertyValue, hint: Any, at: str) -> Any:
        inner = value.value
        if hint is int:
            whole = isinstance(inner, float) and inner.is_integer()
            return plain(value) if whole else self._mismatch(value, "a whole number", at)
        if hint is Path:
            return Path(inner) if isinstance(inner, str) else self._mismatch(value, "a path", at)
        kinds, what = _SCALARS[hint]
        return plain(value) if isinstance(inner, kinds) else self._mismatch(value, what, at)

    def _mismatch(self, value: PropertyValue, wanted: str, at: str) -> Any:
        got = "a secret" if value.contains_secret() else repr(plain(value))[:_SHOWN]
        return self._refuse(at, f"must be {wanted}, got {got}")

    def _refuse(self, at: str, why: str) -> Any:
        self.problems[at] = f"{at} {why}."
        return pulumi.UNKNOWN


def late_type(hint: Any) -> Any:
    """T where the hint is `pulumi.Input[T]`, with or without None; else None."""
    if get_origin(hint) not in (Union, UnionType):
        return None
    for member in get_args(hint):
        if get_origin(member) is get_origin(Awaitable[Any]):
            return get_args(member)[0]
    return None


def _without_none(hint: Any) -> Any:
    if get_origin(hint) not in (Union, UnionType):
        return hint
    members = [member for member in get_args(hint) if member is not NoneType]
    if any(get_origin(member) is PathLike for member in members):
        return Path
    (only,) = members
    return only


def _required(field: "dataclasses.Field[Any]") -> bool:
    return field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING


def _nearest(name: str, known: Collection[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return f"; the nearest is {near[0]}" if near else f"; there are {', '.join(sorted(known))}"
