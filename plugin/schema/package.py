"""The whole schema: every resource, component and function of the plug-in."""

import inspect
from collections.abc import Iterable, Mapping
from typing import Any

import pulumi

from plugin.schema.names import PACKAGE, on_the_wire
from plugin.schema.served import Function
from plugin.schema.types import Spec, Types

_LANGUAGES = ("csharp", "go", "java", "nodejs", "python")


def package(
    version: str,
    resources: Iterable[type[pulumi.Resource]],
    functions: Mapping[str, Function],
    secrets: Mapping[str, frozenset[str]],
) -> Spec:
    """The schema as a value."""
    types = Types(secrets)
    schema = {
        "name": PACKAGE,
        "displayName": "Slipway",
        "version": version,
        "description": "Deploy a trained model to Azure Container Instances",
        "license": "Apache-2.0",
        "language": {language: {"respectSchemaVersion": True} for language in _LANGUAGES},
        "resources": {
            f"{PACKAGE}:index:{cls.__name__}": _resource(types, cls)
            for cls in sorted(resources, key=lambda each: each.__name__)
        },
        "functions": {token: _function(types, each) for token, each in functions.items()},
        # Collected by all that stands above.
        "types": dict(sorted(types.named.items())),
    }
    if types.unmet_secrets:
        raise TypeError(f"secrets that no class has: {sorted(types.unmet_secrets)}")
    return schema


def _resource(types: Types, cls: type[pulumi.Resource]) -> Spec:
    inputs, required_inputs = types.fields(_args(cls))
    outputs, required = types.outputs(cls)
    kind = {"isComponent": True} if issubclass(cls, pulumi.ComponentResource) else {}
    return kind | {
        "description": on_the_wire(cls.__doc__ or ""),
        "inputProperties": inputs,
        "requiredInputs": required_inputs,
        "properties": outputs,
        "required": required,
    }


def _function(types: Types, function: Function) -> Spec:
    return {
        "description": on_the_wire(function.docstring),
        "inputs": types.object(function.args),
        "outputs": types.object(function.result),
    }


def _args(cls: type[pulumi.Resource]) -> Any:
    """The dataclass that the constructor takes."""
    return inspect.get_annotations(cls.__init__, eval_str=True)["args"]
