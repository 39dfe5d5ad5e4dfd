"""The whole schema: every resource, component and function of the plug-in."""

import inspect
from collections.abc import Iterable
from typing import Any

import pulumi

from plugin.schema.names import on_the_wire
from plugin.schema.types import PACKAGE, Spec, Types


def package(version: str, resources: Iterable[type[pulumi.Resource]]) -> Spec:
    """The schema as a value."""
    types = Types()
    described = {
        f"{PACKAGE}:index:{cls.__name__}": _resource(types, cls)
        for cls in sorted(resources, key=lambda each: each.__name__)
    }
    return {
        "name": PACKAGE,
        "displayName": "Slipway",
        "version": version,
        "description": "Deploy a trained model to Azure Container Instances",
        "license": "Apache-2.0",
        "language": {
            language: {"respectSchemaVersion": True}
            for language in ("csharp", "go", "java", "nodejs", "python")
        },
        "resources": described,
        "types": dict(sorted(types.named.items())),
    }


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


def _args(cls: type[pulumi.Resource]) -> Any:
    """The dataclass that the constructor takes."""
    return inspect.get_annotations(cls.__init__, eval_str=True)["args"]
