"""A resource's properties on their way in and out: names of the wire and of Python, and what is secret."""

import dataclasses
from collections.abc import Iterable, Mapping
from typing import Any

from pulumi.provider.experimental.property_value import PropertyValue

from slipway.provider.values import holds_any, plain, secret_texts, wire, without
from slipway.resources.wire import camel

Wire = Mapping[str, PropertyValue]


def python_names(args: type, computed: Iterable[str] = ()) -> dict[str, str]:
    """Name on the wire -> name in Python, for inputs and computed outputs."""
    names = [*(field.name for field in dataclasses.fields(args)), *computed]
    return {camel(name): name for name in names}


def opened(values: Wire, names: Mapping[str, str]) -> dict[str, Any]:
    """Plain values by their names in Python; what is null or has no name here is left out."""
    return {
        names[name]: plain(value)
        for name, value in values.items()
        if name in names and value.value is not None
    }


class Secrets:
    """Remembers what came in as a secret, so that it goes out as one and in no message."""

    def __init__(self, *sources: Wire, always: Iterable[str] = ()) -> None:
        """`always` are names in Python of what is secret however it comes."""
        self._came: dict[str, PropertyValue] = {}
        for source in sources:
            self._came.update(source)
        self._always = {camel(name) for name in always}
        self._texts = secret_texts(self._came)

    def closed(self, values: Mapping[str, Any]) -> dict[str, PropertyValue]:
        """Plain values by their names on the wire, marked. What did not change keeps its marks where they were."""
        return {camel(name): self._marked(camel(name), value) for name, value in values.items()}

    def came_as(self, name: str) -> bool:
        """Whether the property of this name on the wire is a secret, or holds one."""
        return name in self._came and self._came[name].contains_secret()

    def hidden(self, sentence: str) -> str:
        """The sentence without any secret."""
        return without(sentence, self._texts)

    def _marked(self, name: str, value: Any) -> PropertyValue:
        came = self._came.get(name)
        if came is not None and plain(came) == value:
            return came.with_secret(came.is_secret or name in self._always)
        secret = (
            name in self._always
            or (came is not None and came.contains_secret())
            or holds_any(value, self._texts)
        )
        return wire(value).with_secret(secret)
