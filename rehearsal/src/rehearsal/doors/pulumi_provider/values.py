"""Property values on the wire: plain JSON, with two marks of Pulumi's for unknown and secret values."""

from collections.abc import Callable, Mapping
from typing import Any

from google.protobuf import json_format, struct_pb2

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""Stands for a value that is not known in a preview."""
_SIGNATURE = "4dabf18193072939515e22adb298388d"
_SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - Pulumi's public mark of a secret value


def read(properties: struct_pb2.Struct) -> dict[str, Any]:
    """Python values; secrets without their envelope, as this provider asked for them."""
    found: dict[str, Any] = _opened(json_format.MessageToDict(properties))
    return found


def write(properties: Mapping[str, Any]) -> struct_pb2.Struct:
    """The struct of Python values; None is left out."""
    found = struct_pb2.Struct()
    json_format.ParseDict(_without_none(properties), found)
    return found


def is_unknown(value: Any) -> bool:
    """Whether the value itself is not known yet."""
    return isinstance(value, str) and value == UNKNOWN


def known_object(value: Any) -> Mapping[str, Any]:
    """An argument that is an object; empty when it is absent or not known yet as a whole."""
    return value if isinstance(value, Mapping) else {}


def known_list(value: Any) -> list[Any]:
    """An argument that is a list; empty when it is absent or not known yet as a whole."""
    return value if isinstance(value, list) else []


def has_unknown(value: Any) -> bool:
    """Whether the value or something inside is not known yet."""
    if isinstance(value, Mapping):
        return any(has_unknown(inner) for inner in value.values())
    if isinstance(value, list):
        return any(has_unknown(inner) for inner in value)
    return is_unknown(value)


def _opened(value: Any) -> Any:
    if isinstance(value, dict):
        if value.get(_SIGNATURE) == _SECRET:
            return _opened(value.get("value"))
        return {key: _opened(inner) for key, inner in value.items() if inner is not None}
    return _each(value, _opened)


def _without_none(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _without_none(inner) for key, inner in value.items() if inner is not None}
    return _each(value, _without_none)


def _each(value: Any, change: Callable[[Any], Any]) -> Any:
    return [change(inner) for inner in value] if isinstance(value, list) else value
