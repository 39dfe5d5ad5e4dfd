"""Tensors as JSON: flat or nested lists, told apart by the data itself."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import msgspec
import numpy as np

from scoring.oip.datatypes import FLOATS, memory_dtype
from scoring.oip.errors import InferenceError
from scoring.oip.raw import text

#: More elements than this are refused as JSON before they are parsed (a parsed number takes 32 bytes);
#: the binary extension has no such limit but the body's.
MAX_ELEMENTS = 2**23

# Deeper lists than any tensor has dimensions.
_MAX_DEPTH = 16

_WHITESPACE = b" \t\r\n"


def decode(name: str, datatype: str, shape: Sequence[int], data: bytes | memoryview) -> np.ndarray:
    """`data` is the JSON text of the list. Raises InferenceError where it is no such tensor."""
    dtype = memory_dtype(datatype)
    document = bytes(data)
    if document.count(b",") >= MAX_ELEMENTS:
        raise InferenceError(
            f"input {name!r} has more than {MAX_ELEMENTS} elements in JSON; send it as binary data",
            413,
        )
    depth = _depth(name, document)
    array = _array(name, datatype, _parse(name, datatype, depth, document), depth, dtype)
    if array.size != math.prod(shape) or (array.ndim > 1 and array.shape != tuple(shape)):
        raise InferenceError(
            f"input {name!r} has data of shape {list(array.shape)}; its shape says {list(shape)}"
        )
    return array.reshape(shape)


def from_floats(name: str, datatype: str, shape: Sequence[int], values: list[float]) -> np.ndarray:
    """From a parsed flat list. Raises InferenceError when shape and length do not go together."""
    if len(values) != math.prod(shape):
        raise InferenceError(
            f"input {name!r} has data of shape {[len(values)]}; its shape says {list(shape)}"
        )
    with np.errstate(over="ignore"):
        return np.array(values, memory_dtype(datatype)).reshape(shape)


def encode(values: np.ndarray, datatype: str) -> Any:
    """A flat array that orjson writes as a list (or a list of text)."""
    if datatype == "BYTES":
        return [text(value) for value in values.ravel().tolist()]
    return np.ascontiguousarray(values).reshape(-1)


@lru_cache(maxsize=128)
def _decoder(kind: type, depth: int) -> msgspec.json.Decoder[Any]:
    nested: Any = kind
    for _ in range(depth):
        nested = list[nested]
    return msgspec.json.Decoder(nested)


def _depth(name: str, document: bytes) -> int:
    stripped = document.lstrip(_WHITESPACE)
    depth = 0
    while stripped[:1] == b"[":
        depth += 1
        if depth > _MAX_DEPTH:
            raise InferenceError(f"input {name!r} has lists nested deeper than {_MAX_DEPTH}")
        stripped = stripped[1:].lstrip(_WHITESPACE)
    if depth == 0:
        raise InferenceError(f"input {name!r}: data must be a list")
    return depth


def _kind(datatype: str) -> type:
    if datatype in FLOATS:
        return float
    return {"BOOL": bool, "BYTES": str}.get(datatype, int)


def _parse(name: str, datatype: str, depth: int, document: bytes) -> Any:
    try:
        return _decoder(_kind(datatype), depth).decode(document)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise InferenceError(f"input {name!r} is no list of {datatype}: {error}") from None


def _array(name: str, datatype: str, values: Any, depth: int, dtype: np.dtype) -> np.ndarray:
    wide = (
        dtype if dtype.kind not in "iu" else np.dtype(np.int64 if dtype.kind == "i" else np.uint64)
    )
    try:
        with np.errstate(over="ignore"):
            array = np.array(values, wide)
    except OverflowError:
        raise _outside(name, datatype, dtype) from None
    except ValueError:
        raise _ragged(name) from None
    if array.ndim != depth:
        raise _ragged(name)
    if wide is not dtype and array.size:
        bounds = np.iinfo(dtype)
        if array.min() < bounds.min or array.max() > bounds.max:
            raise _outside(name, datatype, dtype)
    return array.astype(dtype, copy=False)


def _outside(name: str, datatype: str, dtype: np.dtype) -> InferenceError:
    bounds = np.iinfo(dtype)
    return InferenceError(
        f"input {name!r} has a number outside {datatype}: {bounds.min} to {bounds.max}"
    )


def _ragged(name: str) -> InferenceError:
    return InferenceError(f"input {name!r} has lists of different lengths")
