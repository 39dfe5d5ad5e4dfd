"""The protocol's JSON documents."""

from __future__ import annotations

import msgspec

from scoring.oip.datatypes import FLOATS
from scoring.oip.errors import InferenceError

Parameter = str | int | float | bool
Parameters = dict[str, Parameter]


class RequestInput(msgspec.Struct):
    name: str
    shape: list[int]
    datatype: str
    parameters: Parameters = {}
    #: JSON text of the values; absent when they travel as binary data.
    data: msgspec.Raw = msgspec.Raw()

    @property
    def has_data(self) -> bool:
        return bool(bytes(self.data))


class FloatInput(msgspec.Struct):
    """The usual case, decoded at once: a flat list of numbers."""

    name: str
    shape: list[int]
    datatype: str
    data: list[float]
    parameters: Parameters = {}


class RequestOutput(msgspec.Struct):
    name: str
    parameters: Parameters = {}


class InferRequest(msgspec.Struct):
    inputs: list[RequestInput]
    id: str = ""
    parameters: Parameters = {}
    outputs: list[RequestOutput] = []


class FloatRequest(msgspec.Struct):
    inputs: list[FloatInput]
    id: str = ""
    parameters: Parameters = {}
    outputs: list[RequestOutput] = []


_decoder = msgspec.json.Decoder(InferRequest)
_float_decoder = msgspec.json.Decoder(FloatRequest)

# Beyond this, numbers are counted before they are parsed.
_SMALL = 2**20


def decode_floats(document: bytes) -> FloatRequest | None:
    """None when it is not that simple, or wrong: `decode_request` tells."""
    if len(document) > _SMALL:
        return None
    try:
        request = _float_decoder.decode(document)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    simple = all(sent.datatype in FLOATS and not sent.parameters for sent in request.inputs)
    return request if simple else None


def decode_request(document: bytes | memoryview) -> InferRequest:
    """Raises InferenceError for what is not JSON or not a request."""
    try:
        return _decoder.decode(document)
    except msgspec.ValidationError as error:
        raise InferenceError(f"not an inference request: {error}") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InferenceError(f"the request is not JSON: {error}") from None
    except RecursionError:
        raise InferenceError("the request's JSON is nested too deeply") from None
