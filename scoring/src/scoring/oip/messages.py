"""The protocol's JSON documents."""

from __future__ import annotations

from typing import Annotated

import msgspec

from scoring.oip.datatypes import FLOATS
from scoring.oip.errors import InferenceError
from scoring.wording import shortened

Parameter = str | int | float | bool
Parameters = dict[str, Parameter]

# 64 bits, as over gRPC: what is larger could not be written into an answer.
_Integer = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]
_Sent = dict[str, str | _Integer | float | bool]


class RequestInput(msgspec.Struct):
    name: str
    shape: list[int]
    datatype: str
    parameters: _Sent = {}
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
    parameters: _Sent = {}


class RequestOutput(msgspec.Struct):
    name: str
    parameters: _Sent = {}


class InferRequest(msgspec.Struct):
    inputs: list[RequestInput]
    id: str = ""
    parameters: _Sent = {}
    outputs: list[RequestOutput] = []


class FloatRequest(msgspec.Struct):
    inputs: list[FloatInput]
    id: str = ""
    parameters: _Sent = {}
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
        raise InferenceError(f"not an inference request: {shortened(str(error))}") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InferenceError(f"the request is not JSON: {shortened(str(error))}") from None
    except RecursionError:
        raise InferenceError("the request's JSON is nested too deeply") from None
