"""Tensors in protobuf messages: raw contents, or one typed field for each datatype."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from scoring.oip import raw
from scoring.oip.datatypes import memory_dtype
from scoring.oip.errors import InferenceError
from scoring.oip.messages import Parameters

_FIELDS = {
    "BOOL": "bool_contents",
    "INT8": "int_contents",
    "INT16": "int_contents",
    "INT32": "int_contents",
    "INT64": "int64_contents",
    "UINT8": "uint_contents",
    "UINT16": "uint_contents",
    "UINT32": "uint_contents",
    "UINT64": "uint64_contents",
    "FP32": "fp32_contents",
    "FP64": "fp64_contents",
    "BYTES": "bytes_contents",
}


def decode(name: str, datatype: str, shape: list[int], contents: Any) -> np.ndarray:
    """From typed contents. Raises InferenceError when they do not fit."""
    dtype = memory_dtype(datatype)
    field = _FIELDS.get(datatype)
    if field is None:
        raise InferenceError(
            f"input {name!r}: {datatype} has no typed contents; use raw_input_contents"
        )
    values = getattr(contents, field)
    filled = [used.name for used, _ in contents.ListFields() if used.name != field]
    if filled:
        raise InferenceError(
            f"input {name!r} of {datatype} belongs into {field}, but {filled[0]} is filled"
        )
    if len(values) != math.prod(shape):
        raise InferenceError(
            f"input {name!r} has {len(values)} elements; shape {shape} needs {math.prod(shape)}"
        )
    return _array(name, datatype, values, dtype).reshape(shape)


def _array(name: str, datatype: str, values: Any, dtype: np.dtype) -> np.ndarray:
    if datatype == "BYTES":
        texts = np.empty(len(values), object)
        texts[:] = [raw.utf8(name, value) for value in values]
        return texts
    if dtype.kind in "iu" and dtype.itemsize < 4:
        wide = np.fromiter(values, np.int64, len(values))
        bounds = np.iinfo(dtype)
        if wide.size and (wide.min() < bounds.min or wide.max() > bounds.max):
            raise InferenceError(
                f"input {name!r} has a number outside {datatype}: {bounds.min} to {bounds.max}"
            )
        return wide.astype(dtype)
    return np.fromiter(values, dtype, len(values))


def fill(contents: Any, values: np.ndarray, datatype: str) -> None:
    """Typed contents of an output."""
    elements = values.ravel().tolist()
    if datatype == "BYTES":
        elements = [raw.text(element).encode("utf-8", "surrogateescape") for element in elements]
    getattr(contents, _FIELDS[datatype]).extend(elements)


def is_typed(datatype: str) -> bool:
    """False for what travels as raw contents only."""
    return datatype in _FIELDS


def parameters(received: Any) -> Parameters:
    """A protobuf map of parameters as Python values."""
    return {name: _value(parameter) for name, parameter in received.items()}


def _value(parameter: Any) -> Any:
    chosen = parameter.WhichOneof("parameter_choice")
    return getattr(parameter, chosen) if chosen else False
