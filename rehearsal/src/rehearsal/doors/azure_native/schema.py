"""azure-native's resources and functions, as the installed SDK has them."""

import importlib
import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import ModuleType

import pulumi

# The SDK's own reader of its generated classes; it has no public one.
from pulumi import _types as sdk

from rehearsal.doors.pulumi_provider import shapes
from rehearsal.doors.pulumi_provider.shapes import Object, Shape


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
    outputs = {
        name: shapes.read(hint, output=True) for name, hint in sdk.resource_types(found).items()
    }
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


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
