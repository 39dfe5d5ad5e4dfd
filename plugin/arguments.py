"""From what another program gives to a component's Args."""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, get_args

import pulumi
from pulumi.provider.experimental.property_value import PropertyValue
from pulumi.resource import DependencyResource

from components.arguments import SHOWN
from components.errors import InvalidArgs
from slipway.provider.arguments import Reader, late_type
from slipway.provider.values import known, plain
from slipway.resources.wire import camel, top_name, wire_path

_SHOWN = frozenset(map(camel, SHOWN))


class ComponentReader(Reader):
    """What may arrive late (`pulumi.Input`) becomes an output where it is unknown, secret or depends on something."""

    def __init__(self, given: Mapping[str, PropertyValue]) -> None:
        super().__init__()
        self._dependencies = {name: value.dependencies for name, value in given.items()}

    def late(self, value: PropertyValue, hint: Any, at: str) -> Any:
        """The value, or an output of it."""
        if isinstance(value.value, Mapping) and _holds_inputs(hint):
            return self.known(
                _marked_inside(value), hint, at
            )  # each of its values may arrive late on its own
        if value.contains_secret() and top_name(at) in _SHOWN:
            return self._refuse(at, "must not be secret: it is not kept as one")
        urns = self._dependencies[top_name(at)]
        if not known(plain(value)):
            return _output(pulumi.UNKNOWN, urns, secret=value.contains_secret())
        inner = self.known(_bare(value), hint, at)
        if urns or value.contains_secret():
            return _output(inner, urns, secret=value.contains_secret())
        return inner

    def build(self, kind: type, values: Mapping[str, Any], at: str) -> Any:
        """A nested Args; what it refuses is refused under its own path."""
        try:
            return super().build(kind, values, at)
        except InvalidArgs as refusal:
            for name, why in refusal.problems.items():
                path = f"{at}.{wire_path(name)}"
                self.problems[path] = f"{path} {why}."
            return pulumi.UNKNOWN


def _marked_inside(value: PropertyValue) -> PropertyValue:
    """A mapping whose values are marked as secret, where it is as a whole."""
    if not (value.is_secret and isinstance(value.value, Mapping)):
        return value
    return PropertyValue({key: item.with_secret(True) for key, item in value.value.items()})


def _output(value: Any, urns: Iterable[str], *, secret: bool) -> pulumi.Output[Any]:
    on = [DependencyResource(urn).urn for urn in sorted(urns)]
    output: pulumi.Output[Any] = pulumi.Output.all(value, *on).apply(lambda found: found[0])
    return pulumi.Output.secret(output) if secret else output


def _bare(value: PropertyValue) -> PropertyValue:
    """The value without marks of secrets, which the output around it will have."""
    inner = value.value
    if isinstance(inner, Mapping):
        return PropertyValue({key: _bare(item) for key, item in inner.items()})
    if isinstance(inner, Sequence) and not isinstance(inner, str):
        return PropertyValue([_bare(item) for item in inner])
    return PropertyValue(inner)


def _holds_inputs(hint: Any) -> bool:
    """Whether parts of the value may arrive late on their own."""
    if dataclasses.is_dataclass(hint):
        return False
    return late_type(hint) is not None or any(_holds_inputs(part) for part in get_args(hint))
