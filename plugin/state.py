"""What comes out of a component, for a program in another process."""

import dataclasses
from collections.abc import Mapping
from inspect import get_annotations
from typing import Any, get_origin

import pulumi
from pulumi.provider.experimental.property_value import PropertyValue

from slipway.provider.values import wire
from slipway.resources.wire import camel

State = dict[str, PropertyValue]


def output_names(component: type[pulumi.ComponentResource]) -> list[str]:
    """Attributes of a component that are annotated as outputs."""
    found: dict[str, Any] = get_annotations(component, eval_str=True)
    return [name for name, hint in found.items() if get_origin(hint) == pulumi.Output]


async def state_of(made: pulumi.ComponentResource) -> tuple[State, dict[str, set[str]]]:
    """A component's outputs by their names on the wire, and what each depends on."""
    state: State = {}
    dependencies: dict[str, set[str]] = {}
    for name in output_names(type(made)):
        output: pulumi.Output[Any] = getattr(made, name)
        state[camel(name)] = await _value(output)
        dependencies[camel(name)] = await _urns(output)
    return state, dependencies


async def _value(output: pulumi.Output[Any]) -> PropertyValue:
    value = await output.future() if await output.is_known() else pulumi.UNKNOWN
    return wire(_plain(value)).with_secret(await output.is_secret())


async def _urns(output: pulumi.Output[Any]) -> set[str]:
    urns = [await resource.urn.future() for resource in await output.resources()]
    return {urn for urn in urns if urn}


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {camel(name): _plain(one) for name, one in vars(value).items() if one is not None}
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value
