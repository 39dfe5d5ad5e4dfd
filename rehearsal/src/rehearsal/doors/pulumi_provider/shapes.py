"""What resources take and give, read from the classes of an installed SDK.

So an argument that the SDK does not have is refused here as the real provider refuses it, and a new
release of the SDK needs no change.
"""

import enum
import inspect
import typing
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import UnionType
from typing import Any

import pulumi

# The SDK's own reader of its generated classes; it has no public one.
from pulumi import _types as sdk


@dataclass(frozen=True)
class Scalar:
    """A string, number, boolean, or anything (`object`)."""

    kind: type


@dataclass(frozen=True)
class Array:
    """A list."""

    item: "Shape"


@dataclass(frozen=True)
class Map:
    """An object with names of the user's choice, such as tags."""

    value: "Shape"


@dataclass(frozen=True)
class Object:
    """An object with fixed fields; those of a class are read when they are asked for."""

    cls: type
    output: bool

    @property
    def fields(self) -> Mapping[str, "Shape"]:
        """Fields by their name on the wire."""
        return _fields(self.cls, self.output)

    @property
    def required(self) -> frozenset[str]:
        """Fields that an input must have."""
        return frozenset() if self.output else _required(self.cls)


Shape = Scalar | Array | Map | Object


@cache
def _fields(cls: type, output: bool) -> Mapping[str, Shape]:
    hints = sdk.output_type_types(cls) if output else sdk.input_type_types(cls)
    return {name: read(hint, output=output) for name, hint in hints.items()}


@cache
def _required(cls: type) -> frozenset[str]:
    names = sdk.input_type_py_to_pulumi_names(cls)
    parameters = inspect.signature(cls).parameters.values()
    return frozenset(
        names[one.name] for one in parameters if one.default is inspect.Parameter.empty
    )


def read(hint: Any, *, output: bool) -> Shape:
    """The shape that a type annotation of the SDK describes."""
    hint = _bare(hint)
    origin = typing.get_origin(hint)
    if origin is Sequence:
        return Array(read(typing.get_args(hint)[0], output=output))
    if origin is Mapping:
        return Map(read(typing.get_args(hint)[1], output=output))
    if inspect.isclass(hint) and (sdk.is_input_type(hint) or sdk.is_output_type(hint)):
        return Object(hint, output)
    if inspect.isclass(hint) and issubclass(hint, enum.Enum):
        return Scalar(str)
    return Scalar(hint if hint in (str, bool, int, float) else object)


def _bare(hint: Any) -> Any:
    """Without `None`, awaitables, outputs and the dictionary twin of an argument class."""
    if typing.get_origin(hint) not in (typing.Union, UnionType):
        return hint
    wrappers = (Awaitable, pulumi.Output)
    plain = [
        one
        for one in typing.get_args(hint)
        if one is not type(None)
        and typing.get_origin(one) not in wrappers
        and not typing.is_typeddict(one)
    ]
    # Of `Union[str, SomeEnum]` the string is what goes over the wire; classes of several are rare unions.
    return _bare(plain[0]) if plain else object
