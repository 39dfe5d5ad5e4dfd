"""Property values of the SDK and plain Python, one as the other, with secrets and unknowns.

The SDK's own `Computed` is neither read nor written by its marshaller: what is not known yet travels as a text that
the engine reserves for it, and is `pulumi.UNKNOWN` here. Whole numbers are `int`; the wire knows doubles only.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pulumi
from pulumi.provider.experimental.property_value import PropertyValue
from pulumi.runtime import rpc

_HIDDEN = "[secret]"
# Hiding a shorter text would blank out letters of every sentence, and a secret that short is none.
_SHORTEST_HIDDEN = 4


def is_unknown(value: PropertyValue) -> bool:
    """Whether the value itself is not known yet; something inside it may be all the same."""
    return isinstance(value.value, str) and value.value == rpc.UNKNOWN


def plain(value: PropertyValue) -> Any:
    """The value without its secret marks; `pulumi.UNKNOWN` for what is not known yet, at any depth."""
    inner = value.value
    if is_unknown(value):
        return pulumi.UNKNOWN
    if isinstance(inner, float) and inner.is_integer():
        return int(inner)
    if isinstance(inner, Mapping):
        return {key: plain(item) for key, item in inner.items()}
    if isinstance(inner, Sequence) and not isinstance(inner, str):
        return [plain(item) for item in inner]
    return inner


def wire(value: Any) -> PropertyValue:
    """A plain value as it travels."""
    if isinstance(value, pulumi.output.Unknown):
        return PropertyValue(rpc.UNKNOWN)
    if isinstance(value, int) and not isinstance(value, bool):
        return PropertyValue(float(value))
    if isinstance(value, Mapping):
        return PropertyValue({key: wire(item) for key, item in value.items()})
    if isinstance(value, list | tuple):
        return PropertyValue([wire(item) for item in value])
    return PropertyValue(value)


def known(*values: Any) -> bool:
    """Whether everything in these plain values is known; a preview has some that are not."""
    return not pulumi.contains_unknowns(list(values))


def secret_texts(values: Mapping[str, PropertyValue]) -> set[str]:
    """Every text that is marked as secret somewhere in these values."""
    return {text for value in values.values() for text in _texts(value, hidden=False) if text}


def without(sentence: str, secrets: set[str]) -> str:
    """The sentence with these texts blanked out."""
    for text in sorted(secrets, key=len, reverse=True):
        if len(text) >= _SHORTEST_HIDDEN:
            sentence = sentence.replace(text, _HIDDEN)
    return sentence


def holds_any(value: Any, secrets: set[str]) -> bool:
    """Whether one of these texts is somewhere in the plain value."""
    if isinstance(value, Mapping):
        return any(holds_any(item, secrets) for item in value.values())
    if isinstance(value, list | tuple):
        return any(holds_any(item, secrets) for item in value)
    return isinstance(value, str) and any(text in value for text in secrets)


def _texts(value: PropertyValue, *, hidden: bool) -> Iterator[str]:
    hidden, inner = hidden or value.is_secret, value.value
    if isinstance(inner, str):
        if hidden and not is_unknown(value):
            yield inner
    elif isinstance(inner, Mapping):
        for item in inner.values():
            yield from _texts(item, hidden=hidden)
    elif isinstance(inner, list | tuple):
        for one in inner:
            yield from _texts(one, hidden=hidden)
