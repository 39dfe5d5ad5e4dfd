"""Tensors as raw bytes: the binary tensor extension and gRPC's raw contents share this layout."""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence

import numpy as np

from scoring.oip.datatypes import WIRE, from_bfloat16, memory_dtype, to_bfloat16
from scoring.oip.errors import InferenceError
from scoring.signature import TensorSpec

_LENGTH = struct.Struct("<I")


def decode(name: str, datatype: str, shape: Sequence[int], raw: bytes | memoryview) -> np.ndarray:
    """Raises InferenceError when the number of bytes does not fit shape and datatype."""
    memory_dtype(datatype)
    if datatype == "BYTES":
        return _decode_texts(name, shape, raw)
    wire = WIRE[datatype]
    needed = math.prod(shape) * wire.itemsize
    if len(raw) != needed:
        raise InferenceError(
            f"input {name!r} has {len(raw)} bytes; shape {list(shape)} of {datatype} needs {needed}"
        )
    if datatype == "BOOL" and needed and np.frombuffer(raw, np.uint8).max() > 1:
        raise InferenceError(f"input {name!r} of BOOL has bytes other than 0 and 1")
    values = np.frombuffer(raw, wire).reshape(shape)
    return from_bfloat16(values) if datatype == "BF16" else values


def encode(values: np.ndarray, datatype: str) -> bytes:
    """Row-major little-endian bytes; each BYTES element is led by its length (uint32)."""
    if datatype == "BYTES":
        return b"".join(_with_length(value) for value in values.ravel().tolist())
    if datatype == "BF16":
        return to_bfloat16(values).tobytes()
    return values.astype(WIRE[datatype], copy=False).tobytes()


def shape_for(spec: TensorSpec, size: int) -> tuple[int, ...]:
    """The model's shape, with its one free axis as `size` bytes fill it; more free axes are 1, the first one gives."""
    shape = [1 if axis < 0 else axis for axis in spec.shape]
    free = [at for at, axis in enumerate(spec.shape) if axis < 0]
    row = math.prod(shape) * WIRE[spec.datatype].itemsize
    if free and row:
        shape[free[0]] = size // row
    return tuple(shape)


def text(value: object) -> str:
    """One element as text, as every BYTES answer shows it."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "surrogateescape")
    return value if isinstance(value, str) else str(value)


def _with_length(value: object) -> bytes:
    encoded = value if isinstance(value, bytes) else text(value).encode("utf-8", "surrogateescape")
    return _LENGTH.pack(len(encoded)) + encoded


def _decode_texts(name: str, shape: Sequence[int], raw: bytes | memoryview) -> np.ndarray:
    count = math.prod(shape)
    # Each element takes at least its length: a shape cannot claim more memory than was sent.
    if count * _LENGTH.size > len(raw):
        raise InferenceError(
            f"input {name!r} has {len(raw)} bytes; {count} BYTES elements need at least {count * _LENGTH.size}"
        )
    texts = np.empty(count, object)
    texts[:] = _split(name, count, bytes(raw))
    return texts.reshape(shape)


def _split(name: str, count: int, raw: bytes) -> list[str]:
    texts, at = [], 0
    for index in range(count):
        if at + _LENGTH.size > len(raw):
            raise InferenceError(
                f"input {name!r} ends before element {index} of {count} BYTES elements"
            )
        begin = at + _LENGTH.size
        at = begin + _LENGTH.unpack_from(raw, at)[0]
        if at > len(raw):
            raise InferenceError(
                f"element {index} of input {name!r} claims more bytes than were sent"
            )
        texts.append(utf8(name, raw[begin:at]))
    if at != len(raw):
        raise InferenceError(
            f"input {name!r} has {len(raw) - at} bytes after its last BYTES element"
        )
    return texts


def utf8(name: str, element: bytes) -> str:
    """Raises InferenceError: models take text, so BYTES must be UTF-8."""
    try:
        return element.decode()
    except UnicodeDecodeError:
        raise InferenceError(f"input {name!r} has a BYTES element that is not UTF-8 text") from None
