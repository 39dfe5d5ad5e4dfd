"""Mutations that keep a request readable: what blind changes of bytes take hours to reach."""

import json
from collections.abc import Callable
from random import Random
from typing import Any

from google.protobuf import json_format
from google.protobuf.message import DecodeError

from scoring.oip.datatypes import MEMORY
from scoring.oip.grpc_messages import message
from scoring_fuzz.split import head_and_body

_ODD: tuple[Any, ...] = (
    None, True, False,
    0, 1, -1, 255, 2**31, 2**53 + 1, 2**62, 2**63, 2**64, 2**70, -(2**63) - 1,
    1.5, -0.0, 1e300, float("nan"), float("inf"),
    "", "a", "x", "1", "\ud800", "\0", "\n", "a" * 2000,
    [], [[]], {}, [0, 2**62], [2**40] * 3, [1] * 70, {"a": 1},
    *MEMORY,
)  # fmt: skip  # a line for each kind of value
_MOST_REPEATS = 5000

_Request = message("ModelInferRequest")
Mutator = Callable[[bytes, Random], bytes]


def repeated(data: bytes, random: Random) -> bytes:
    """A slice of the input many times over: deep nesting, long numbers, many values."""
    begin = random.randrange(len(data) + 1)
    end = min(len(data), begin + random.choice((1, 1, 2, 3, 10, 50)))
    return data[:end] + data[begin:end] * random.randrange(_MOST_REPEATS) + data[end:]


def json_body(data: bytes, random: Random) -> bytes:
    """Another JSON document under the same head. Raises ValueError when the body is no JSON."""
    head, newline, body = data.partition(b"\n")
    return head + newline + _json(body, random)


def json_and_tail(data: bytes, random: Random) -> bytes:
    """The same for a body with binary data behind its JSON part, whose length mostly stays right."""
    [model, length, encoding], body = head_and_body(data, 3)
    size = int(length) if length.isdigit() and int(length) < len(body) else len(body)
    document = _json(body[:size], random)
    if length and random.random() < 0.9:
        length = str(len(document)).encode()
    return b"|".join((model, length, encoding)) + b"\n" + document + body[size:]


def protobuf(data: bytes, random: Random) -> bytes:
    """Another message under the same head. Raises ValueError when the body is none."""
    head, _, body = data.partition(b"\n")
    try:
        tree = json_format.MessageToDict(
            _Request.FromString(body), preserving_proto_field_name=True
        )
        changed = json_format.ParseDict(
            _mutated(tree, random), _Request(), ignore_unknown_fields=True
        )
    except (DecodeError, json_format.Error, TypeError, AttributeError, SystemError) as error:
        # SystemError: protobuf's own way of refusing a name that is not Unicode.
        raise ValueError(str(error)) from None
    return head + b"\n" + bytes(changed.SerializeToString())


STRUCTURED: dict[str, Mutator] = {
    "azureml_form": json_body,
    "azureml_inputs": json_body,
    "oip_rest": json_and_tail,
    "oip_grpc": protobuf,
}


def _json(text: bytes, random: Random) -> bytes:
    try:
        return json.dumps(_mutated(json.loads(text), random)).encode()
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _mutated(tree: Any, random: Random) -> Any:
    """`tree` with one node replaced, doubled, dropped or swapped for another; changed in place."""
    places = list(_places(tree))
    if not places:
        return random.choice(_ODD)
    inside, key = random.choice(places)
    match random.randrange(5):
        case 0:
            del inside[key]
        case 1 if isinstance(inside, list):
            inside.insert(key, inside[key])
        case 2:
            other, there = random.choice(places)
            inside[key] = json.loads(json.dumps(other[there]))
        case 3:
            inside[key] = [inside[key]]
        case _:
            inside[key] = random.choice(_ODD)
    return tree


def _places(tree: Any) -> Any:
    """Every (container, key or index) below `tree`."""
    keys = (
        list(tree) if isinstance(tree, dict) else range(len(tree)) if isinstance(tree, list) else ()
    )
    for key in keys:
        yield tree, key
        yield from _places(tree[key])
