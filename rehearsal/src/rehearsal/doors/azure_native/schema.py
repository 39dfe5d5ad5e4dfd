"""What azure-native's resources take and give, read from the classes of the installed SDK.

So an argument that the SDK does not have is refused here as the real provider refuses it, and a new
release of the SDK needs no change.
"""

import enum
import importlib
import inspect
import typing
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import ModuleType, UnionType
from typing import Any

import pulumi
from pulumi import (
    _types as sdk,
)  # the SDK's own reader of its generated classes; it has no public one


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


@dataclass(frozen=True)
class ResourceSchema:
    """One resource of the SDK."""

    token: str
    inputs: Object
    outputs: Mapping[str, Shape]


@cache
def resource(token: str) -> ResourceSchema | None:
    """The resource of a token `azure-native:<module>:<Class>`; None when the SDK has none."""
    _, module_name, class_name = token.split(":")
    module = _module(module_name)
    found = getattr(module, class_name, None) if module else None
    if not (inspect.isclass(found) and issubclass(found, pulumi.CustomResource)):
        return None
    # Where a nested type has the name already (Subnet), the resource's own is `InitArgs`.
    arguments = getattr(module, f"{class_name}InitArgs", None) or getattr(
        module, f"{class_name}Args"
    )
    outputs = {name: _shape(hint, output=True) for name, hint in sdk.resource_types(found).items()}
    return ResourceSchema(token, Object(arguments, output=False), outputs)


@cache
def function_arguments(token: str) -> frozenset[str] | None:
    """Names on the wire of a function's arguments; None when the SDK has no such function."""
    _, module_name, name = token.split(":")
    module = _module(module_name)
    python_name = "".join(f"_{c.lower()}" if c.isupper() else c for c in name)
    function = getattr(module, python_name, None) if module else None
    if function is None:
        return None
    names = inspect.signature(inspect.unwrap(function)).parameters
    return frozenset(_camel(name.rstrip("_")) for name in names if name != "opts")


def _module(name: str) -> ModuleType | None:
    try:
        return importlib.import_module(f"pulumi_azure_native.{name}")
    except ModuleNotFoundError:
        return None


@cache
def _fields(cls: type, output: bool) -> Mapping[str, Shape]:
    hints = sdk.output_type_types(cls) if output else sdk.input_type_types(cls)
    return {name: _shape(hint, output=output) for name, hint in hints.items()}


@cache
def _required(cls: type) -> frozenset[str]:
    names = sdk.input_type_py_to_pulumi_names(cls)
    parameters = inspect.signature(cls).parameters.values()
    return frozenset(
        names[one.name] for one in parameters if one.default is inspect.Parameter.empty
    )


def _shape(hint: Any, *, output: bool) -> Shape:
    hint = _bare(hint)
    origin = typing.get_origin(hint)
    if origin is Sequence:
        return Array(_shape(typing.get_args(hint)[0], output=output))
    if origin is Mapping:
        return Map(_shape(typing.get_args(hint)[1], output=output))
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


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
