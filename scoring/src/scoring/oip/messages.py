"""The protocol's JSON documents."""

from __future__ import annotations

import msgspec

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


class RequestOutput(msgspec.Struct):
    name: str
    parameters: Parameters = {}


class InferRequest(msgspec.Struct):
    inputs: list[RequestInput]
    id: str = ""
    parameters: Parameters = {}
    outputs: list[RequestOutput] = []


_decoder = msgspec.json.Decoder(InferRequest)


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
