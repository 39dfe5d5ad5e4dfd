"""The protocol's datatypes and numpy's."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from scoring.oip.errors import InferenceError

#: Wire layout of one element, little endian, as the binary tensor extension has it; BYTES has none.
WIRE: dict[str, np.dtype] = {
    "BOOL": np.dtype("?"),
    "UINT8": np.dtype("u1"),
    "UINT16": np.dtype("<u2"),
    "UINT32": np.dtype("<u4"),
    "UINT64": np.dtype("<u8"),
    "INT8": np.dtype("i1"),
    "INT16": np.dtype("<i2"),
    "INT32": np.dtype("<i4"),
    "INT64": np.dtype("<i8"),
    "FP16": np.dtype("<f2"),
    "FP32": np.dtype("<f4"),
    "FP64": np.dtype("<f8"),
    # numpy has no bfloat16: its upper half of a float32 travels, models see float32.
    "BF16": np.dtype("<u2"),
}

#: What models see. BYTES are text here: ONNX strings and scikit-learn's categories are.
MEMORY: dict[str, np.dtype] = {**WIRE, "BF16": np.dtype("f4"), "BYTES": np.dtype("O")}

FLOATS = frozenset({"FP16", "FP32", "FP64", "BF16"})

_NAMES = {dtype.newbyteorder("=").str[1:]: name for name, dtype in WIRE.items() if name != "BF16"}


def memory_dtype(datatype: str) -> np.dtype:
    """Raises InferenceError for a name that the protocol does not have."""
    try:
        return MEMORY[datatype]
    except KeyError:
        known = ", ".join(MEMORY)
        raise InferenceError(f"datatype {datatype[:40]!r} is not one of {known}") from None


@lru_cache(maxsize=64)
def datatype_of(dtype: np.dtype) -> str:
    """The protocol's name of a numpy dtype; text of any kind is BYTES. Raises TypeError for the rest."""
    if dtype.kind in "OUST":
        return "BYTES"
    try:
        return _NAMES[dtype.newbyteorder("=").str[1:]]
    except KeyError:
        raise TypeError(
            f"numpy dtype {dtype} has no counterpart in the Open Inference Protocol"
        ) from None


def to_bfloat16(values: np.ndarray) -> np.ndarray:
    """Upper halves (uint16) of float32 values, rounded to nearest even; NaN stays NaN."""
    bits = np.ascontiguousarray(values, np.float32).view(np.uint32)
    rounded = bits + 0x7FFF + ((bits >> 16) & 1)
    quiet = (bits >> 16) | 0x40
    return np.where(np.isnan(values), quiet, rounded >> 16).astype(np.uint16)


def from_bfloat16(halves: np.ndarray) -> np.ndarray:
    """float32 values of bfloat16 halves (uint16)."""
    return (halves.astype(np.uint32) << 16).view(np.float32)
