"""Pulumi's property values as they travel: between protobuf and plain Python, with nothing lost.

The SDK's own deserializer moves a nested secret up to the whole property and makes every number a
float. Here a secret stays where it is, as `Secret`; what is not yet known is `UNKNOWN`; whole
numbers are `int`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from google.protobuf import struct_pb2
from pulumi.runtime import rpc

SIGNATURE = rpc._special_sig_key
SECRET = rpc._special_secret_sig


@dataclass(frozen=True)
class Secret:
    """A value that Pulumi knows to be secret."""

    value: Any

    def __repr__(self) -> str:
        return "Secret(...)"  # pytest prints what it compares


class Unknown:
    """What a preview does not know yet. There is one: `UNKNOWN`."""

    def __repr__(self) -> str:
        return "UNKNOWN"

    def __bool__(self) -> bool:
        raise TypeError("an unknown value is neither true nor false: compare with `is UNKNOWN`")


UNKNOWN = Unknown()


def decode(properties: struct_pb2.Struct) -> dict[str, Any]:
    """Plain Python of a message's properties; assets and resource references stay as the
    dictionaries that they are on the wire."""
    return {key: decode_value(value) for key, value in properties.fields.items()}


def decode_value(value: struct_pb2.Value) -> Any:
    """Plain Python of one value."""
    kind = value.WhichOneof("kind")
    if kind == "struct_value":
        fields = value.struct_value.fields
        if SIGNATURE in fields and fields[SIGNATURE].string_value == SECRET:
            return Secret(decode_value(fields["value"]))
        return decode(value.struct_value)
    if kind == "list_value":
        return [decode_value(item) for item in value.list_value.values]
    if kind == "number_value":
        return cast(value.number_value)
    if kind == "string_value":
        return UNKNOWN if value.string_value == rpc.UNKNOWN else value.string_value
    return value.bool_value if kind == "bool_value" else None


def cast(number: float) -> int | float:
    """`number` as the program wrote it: whole numbers are integers (JSON knows one kind only)."""
    return int(number) if number.is_integer() else number


def encode(properties: Mapping[str, Any]) -> struct_pb2.Struct:
    """The message for `properties`, which may hold `Secret` and `UNKNOWN` at any depth."""
    return struct_pb2.Struct(fields={key: encode_value(value) for key, value in properties.items()})


def encode_value(value: Any) -> struct_pb2.Value:
    """The message for one value.

    Raises TypeError for what Pulumi cannot carry.
    """
    if value is None:
        return struct_pb2.Value(null_value=struct_pb2.NULL_VALUE)
    if isinstance(value, Unknown):
        return struct_pb2.Value(string_value=rpc.UNKNOWN)
    if isinstance(value, Secret):
        return encode_value({SIGNATURE: SECRET, "value": value.value})
    if isinstance(value, bool):
        return struct_pb2.Value(bool_value=value)
    if isinstance(value, int | float):
        return struct_pb2.Value(number_value=value)
    if isinstance(value, str):
        return struct_pb2.Value(string_value=value)
    if isinstance(value, Mapping):
        return struct_pb2.Value(struct_value=encode(value))
    if isinstance(value, list | tuple):
        items = [encode_value(item) for item in value]
        return struct_pb2.Value(list_value=struct_pb2.ListValue(values=items))
    raise TypeError(f"an answer must be made of JSON values, Secret and UNKNOWN, got {value!r}")


def is_secret(value: object) -> bool:
    """Whether `value` is marked as secret."""
    return isinstance(value, Secret)


def plain(value: Any) -> Any:
    """`value` without its secret marks, at any depth."""
    if isinstance(value, Secret):
        return plain(value.value)
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value


def has_unknowns(value: Any) -> bool:
    """Whether anything in `value` is not yet known."""
    return any(isinstance(leaf, Unknown) for _, leaf, _ in leaves(value))


def leaves(value: Any, path: str = "", secret: bool = False) -> Iterator[tuple[str, Any, bool]]:
    """Every scalar in `value`, and every key, as (path, scalar, whether it lies inside a secret)."""
    if isinstance(value, Secret):
        yield from leaves(value.value, path, True)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            inner = f"{path}.{key}" if path else str(key)
            yield inner, key, secret
            yield from leaves(item, inner, secret)
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from leaves(item, f"{path}[{index}]", secret)
    else:
        yield path, value, secret
