"""The protocol's gRPC methods; each is a coroutine from message to message."""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any

import grpc
from google.protobuf.message import DecodeError

from scoring import __version__
from scoring.http.errors import Refusal
from scoring.http.message import Request, Response
from scoring.models.base import Model
from scoring.models.catalog import ModelNotFound
from scoring.oip import grpc_infer, grpc_tensors, inference
from scoring.oip.call import predict
from scoring.oip.errors import InferenceError
from scoring.oip.grpc_messages import PACKAGE, SERVICE, message
from scoring.oip.metadata import EXTENSIONS, SERVER_NAME, model_metadata
from scoring.service import Service

logger = logging.getLogger("scoring.grpc")

_STATUS = {
    400: grpc.StatusCode.INVALID_ARGUMENT,
    401: grpc.StatusCode.UNAUTHENTICATED,
    404: grpc.StatusCode.NOT_FOUND,
    413: grpc.StatusCode.RESOURCE_EXHAUSTED,
    503: grpc.StatusCode.UNAVAILABLE,
    504: grpc.StatusCode.DEADLINE_EXCEEDED,
}

Context = grpc.aio.ServicerContext[Any, Any]
Method = Callable[[Any, Request, Context], Awaitable[Any]]


class Methods:
    """`handler()` is what a gRPC server is given."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def handler(self) -> grpc.GenericRpcHandler:
        methods: dict[str, tuple[Method, bool]] = {
            "ServerLive": (self._server_live, True),
            "ServerReady": (self._server_ready, True),
            "ModelReady": (self._model_ready, False),
            "ServerMetadata": (self._server_metadata, False),
            "ModelMetadata": (self._model_metadata, False),
            "ModelInfer": (self._model_infer, False),
        }
        handlers: dict[str, Any] = {
            name: grpc.unary_unary_rpc_method_handler(
                self._wrapped(name, method, is_open),
                response_serializer=message(f"{name}Response").SerializeToString,
            )
            for name, (method, is_open) in methods.items()
        }
        return grpc.method_handlers_generic_handler(SERVICE, handlers)

    def _wrapped(self, name: str, method: Method, is_open: bool) -> Callable[..., Awaitable[Any]]:
        path = f"/{SERVICE}/{name}"
        parse = message(f"{name}Request").FromString

        async def call(received: bytes, context: Context) -> Any:
            request = _request_of(path, context)
            status, text = 200, ""
            try:
                if self._service.guard is not None and not is_open:
                    self._service.guard.check(request)
                return await method(parse(received), request, context)
            except DecodeError:
                status, text = 400, f"the message is not a {PACKAGE}.{name}Request"
            except (InferenceError, Refusal) as refused:
                request.outcome.error = request.outcome.error or refused
                status, text = refused.status, refused.message
            except ModelNotFound as missing:
                status, text = 404, str(missing)
            except Exception as error:
                request.outcome.error = error
                logger.exception("%s failed", path)
                status, text = (
                    500,
                    "An unexpected internal error occurred. Check the logs for more info.",
                )
            finally:
                request.outcome.total_seconds = time.monotonic() - request.received_at
                self._service.observe(request, Response(status))
            return await context.abort(_STATUS.get(status, grpc.StatusCode.INTERNAL), text)

        return call

    def _model(self, name: str, version: str) -> Model:
        return self._service.models.get(name, version or None)

    async def _server_live(self, received: Any, request: Request, context: Any) -> Any:
        return message("ServerLiveResponse")(live=True)

    async def _server_ready(self, received: Any, request: Request, context: Any) -> Any:
        return message("ServerReadyResponse")(ready=self._service.ready)

    async def _model_ready(self, received: Any, request: Request, context: Any) -> Any:
        self._model(received.name, received.version)
        return message("ModelReadyResponse")(ready=self._service.ready)

    async def _server_metadata(self, received: Any, request: Request, context: Any) -> Any:
        return message("ServerMetadataResponse")(
            name=SERVER_NAME, version=__version__, extensions=EXTENSIONS
        )

    async def _model_metadata(self, received: Any, request: Request, context: Any) -> Any:
        model = self._model(received.name, received.version)
        described = model_metadata(model, self._service.models.versions(model.name))
        described.pop("parameters", None)
        return message("ModelMetadataResponse")(**described)

    async def _model_infer(self, received: Any, request: Request, context: Any) -> Any:
        model = self._model(received.model_name, received.model_version)
        inputs = grpc_infer.read_inputs(model, received)
        names = inference.output_names(model, (output.name for output in received.outputs))
        timeout = grpc_tensors.parameters(received.parameters).get("timeout")
        outputs = await predict(
            self._service, request, model, inputs, names, timeout, context.time_remaining()
        )
        return grpc_infer.answer(model, received, outputs)


def _request_of(path: str, context: Context) -> Request:
    """The call in HTTP's terms, for keys, deadlines and observers."""
    headers = {
        name: value for name, value in context.invocation_metadata() or () if isinstance(value, str)
    }
    request = Request(
        "POST", path, "", headers, b"", time.monotonic(), client=context.peer(), http_version="2"
    )
    request.outcome.route = path
    request.outcome.request_id = headers.get("x-request-id", "")
    return request
