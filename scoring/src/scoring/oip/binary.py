"""The binary tensor data extension of the REST protocol."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from scoring.oip import raw, tensors
from scoring.oip.errors import InferenceError
from scoring.oip.messages import Parameters

#: Length of the JSON part of a body with binary tensors after it; 0: the body is one raw tensor.
HEADER = "inference-header-content-length"


def header_length(headers: Mapping[str, str], body: bytes) -> int | None:
    """None: the body is JSON alone. Raises InferenceError when the header does not fit the body."""
    told = headers.get(HEADER)
    if told is None:
        return None
    if not (told.isascii() and told.isdigit()) or len(told) > 18 or int(told) > len(body):
        raise InferenceError(
            f"{HEADER} is {told[:40]!r}; it must be the number of bytes of the JSON part, at most {len(body)}"
        )
    return int(told)


class Tail:
    """Binary data after the JSON part; inputs take theirs in order."""

    def __init__(self, data: memoryview) -> None:
        self._data = data
        self._at = 0

    def take(self, name: str, size: object) -> memoryview:
        """Raises InferenceError when there is not that much left."""
        if not isinstance(size, int) or isinstance(size, bool) or size < 0:
            raise InferenceError(f"input {name!r}: binary_data_size must be a number of bytes")
        end = self._at + size
        if end > len(self._data):
            left = len(self._data) - self._at
            raise InferenceError(
                f"input {name!r} has binary_data_size {size}, but {left} bytes are left in the body"
            )
        taken = self._data[self._at : end]
        self._at = end
        return taken

    def finish(self) -> None:
        """Raises InferenceError when bytes are left that belong to no input."""
        left = len(self._data) - self._at
        if left:
            raise InferenceError(
                f"{left} bytes after the last input belong to no input (binary_data_size)"
            )


def wants_binary(request: Parameters, parameters: Parameters) -> bool:
    """An output's own wish counts, else the request's."""
    wish = parameters.get("binary_data", request.get("binary_data_output", False))
    if not isinstance(wish, bool):
        raise InferenceError("binary_data and binary_data_output must be true or false")
    return wish


def output(
    name: str, values: np.ndarray, datatype: str, binary: bool
) -> tuple[dict[str, Any], bytes | None]:
    """The output as orjson writes it, and its bytes when it travels as binary data."""
    described: dict[str, Any] = {"name": name, "datatype": datatype, "shape": list(values.shape)}
    if not binary:
        described["data"] = tensors.encode(values, datatype)
        return described, None
    data = raw.encode(values, datatype)
    described["parameters"] = {"binary_data_size": len(data)}
    return described, data
