"""The protocol's gRPC methods; each is a coroutine from message to message."""

from __future__ import annotations

from typing import Any

from scoring import __version__
from scoring.models.base import Model
from scoring.oip import grpc_infer, grpc_tensors, grpc_wire, inference
from scoring.oip.call import predict
from scoring.oip.grpc_door import Call, Door
from scoring.oip.grpc_messages import SERVICE, message
from scoring.oip.metadata import EXTENSIONS, SERVER_NAME, model_metadata
from scoring.service import Service

_Infer = message("ModelInferRequest")


class Methods:
    """`handlers()` is what a gRPC server is given."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def handlers(self, door: Door) -> dict[str, Any]:
        """By path."""
        methods = {
            "ServerLive": (self._server_live, True),
            "ServerReady": (self._server_ready, True),
            "ModelReady": (self._model_ready, False),
            "ServerMetadata": (self._server_metadata, False),
            "ModelMetadata": (self._model_metadata, False),
        }
        found = {
            f"/{SERVICE}/{name}": door.unary(
                f"/{SERVICE}/{name}", message(f"{name}Request").FromString, method, is_open=is_open
            )
            for name, (method, is_open) in methods.items()
        }
        infer = f"/{SERVICE}/ModelInfer"
        found[infer] = door.unary(infer, _parse_infer, self._model_infer, keeps_body=True)
        return found

    def _model(self, name: str, version: str) -> Model:
        return self._service.models.get(name, version or None)

    async def _server_live(self, received: Any, call: Call) -> Any:
        return message("ServerLiveResponse")(live=True)

    async def _server_ready(self, received: Any, call: Call) -> Any:
        return message("ServerReadyResponse")(ready=self._service.ready)

    async def _model_ready(self, received: Any, call: Call) -> Any:
        self._model(received.name, received.version)
        return message("ModelReadyResponse")(ready=self._service.ready)

    async def _server_metadata(self, received: Any, call: Call) -> Any:
        return message("ServerMetadataResponse")(
            name=SERVER_NAME, version=__version__, extensions=EXTENSIONS
        )

    async def _model_metadata(self, received: Any, call: Call) -> Any:
        model = self._model(received.name, received.version)
        described = model_metadata(model, self._service.models.versions(model.name))
        described.pop("parameters", None)
        return message("ModelMetadataResponse")(**described)

    async def _model_infer(self, received: Any, call: Call) -> Any:
        model = self._model(received.model_name, received.model_version)
        inputs = grpc_infer.read_inputs(model, received)
        names = inference.output_names(model, (output.name for output in received.outputs))
        timeout = grpc_tensors.parameters(received.parameters).get("timeout")
        outputs = await predict(
            self._service, call.request, model, inputs, names, timeout, call.remaining
        )
        return grpc_infer.answer(model, received, outputs)


def _parse_infer(received: bytes) -> Any:
    grpc_wire.check(received)
    return _Infer.FromString(received)
