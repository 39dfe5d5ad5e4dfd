"""What became of a call: HTTP's status, which observers know, and gRPC's."""

from __future__ import annotations

import logging
from typing import Any

import grpc
from google.protobuf.message import DecodeError

from scoring.http.errors import Refusal
from scoring.http.message import Request, Response
from scoring.models.catalog import ModelNotFound
from scoring.oip.errors import InferenceError
from scoring.oip.rpc import GRPC_STATUS

logger = logging.getLogger("scoring.grpc")

Context = grpc.aio.ServicerContext[Any, Any]
Metadata = tuple[tuple[str, str], ...]

#: The client has gone away (as nginx counts it).
CLIENT_GONE = 499

_CODES = {
    200: grpc.StatusCode.OK,
    401: grpc.StatusCode.UNAUTHENTICATED,
    404: grpc.StatusCode.NOT_FOUND,
    408: grpc.StatusCode.DEADLINE_EXCEEDED,
    413: grpc.StatusCode.RESOURCE_EXHAUSTED,
    CLIENT_GONE: grpc.StatusCode.CANCELLED,
    503: grpc.StatusCode.UNAVAILABLE,
    504: grpc.StatusCode.DEADLINE_EXCEEDED,
}
# Sentences travel in the trailers; clients refuse trailers of more than 8 KiB.
_MOST_LETTERS = 1000


class NoMethod(Exception):
    """Nothing is served under this path."""


def answered(body: bytes = b"") -> Response:
    return _response(200, grpc.StatusCode.OK, body)


def refused(request: Request, error: Exception) -> Response:
    """The response whose body is the sentence for the client; what was not foreseen is logged."""
    outcome = request.outcome
    outcome.error = outcome.error or error
    match error:
        case InferenceError():
            return _refusal(error.status, error.message)
        case Refusal():
            response = _refusal(error.status, error.message)
            response.headers.extend(error.headers)
            return response
        case ModelNotFound():
            return _refusal(404, str(error))
        case DecodeError():
            expected = request.path.rpartition("/")[2]
            return _refusal(400, f"the message is not the request of {expected}: {error}")
        case NoMethod():
            sentence = f"{request.path[:200]} is not a method of this server"
            return _response(404, grpc.StatusCode.UNIMPLEMENTED, _bytes(sentence))
    logger.error("%s failed", request.path, exc_info=error)
    return _refusal(500, "An unexpected internal error occurred. Check the logs for more info.")


def gone(request: Request, status: int, error: Exception) -> Response:
    """The response that nobody receives any more."""
    request.outcome.error = error
    return _refusal(status, str(error))


def metadata_of(response: Response) -> Metadata:
    """Its headers as trailers; what gRPC could not carry is left out, for it would fail the call."""
    return tuple(
        (name.lower(), value)
        for name, value in response.headers
        if name != GRPC_STATUS and value.isascii() and value.isprintable()
    )


def put_into(context: Context, response: Response) -> bytes:
    """What the handler is to return, after this. `context.abort()` would raise an error that its call keeps, and that
    keeps the call's frames: refused messages would stay in memory until the collector came round."""
    context.set_trailing_metadata(metadata_of(response))
    if response.status == 200:
        return response.body
    context.set_code(_CODE_OF_NUMBER[dict(response.headers)[GRPC_STATUS]])
    context.set_details(response.body.decode())
    return b""


def _refusal(status: int, sentence: str) -> Response:
    usual = grpc.StatusCode.INVALID_ARGUMENT if status < 500 else grpc.StatusCode.INTERNAL
    return _response(status, _CODES.get(status, usual), _bytes(sentence))


def _response(status: int, code: grpc.StatusCode, body: bytes) -> Response:
    return Response(status, [(GRPC_STATUS, _NUMBER_OF_CODE[code])], body)


def _bytes(sentence: str) -> bytes:
    return sentence[:_MOST_LETTERS].encode(errors="replace")


_NUMBER_OF_CODE = {code: str(code.value[0]) for code in grpc.StatusCode}
_CODE_OF_NUMBER = {number: code for code, number in _NUMBER_OF_CODE.items()}
