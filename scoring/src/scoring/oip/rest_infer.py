"""One inference request over REST."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import numpy as np
import orjson

from scoring.engine.executor import ExecutorError, Overrun
from scoring.http.deadline import refusal_of
from scoring.http.encoding import decoded_body
from scoring.http.message import Request, Response
from scoring.models.base import BadInput, Model
from scoring.models.catalog import ModelNotFound
from scoring.oip import binary, inference, raw, tensors
from scoring.oip.datatypes import datatype_of
from scoring.oip.errors import InferenceError
from scoring.oip.messages import InferRequest, RequestInput, decode_request
from scoring.service import Service

logger = logging.getLogger("scoring.oip")

_JSON = ("Content-Type", "application/json")
_BINARY = ("Content-Type", "application/octet-stream")
_OPTIONS = orjson.OPT_SERIALIZE_NUMPY

Tensors = Mapping[str, np.ndarray]


class Inference:
    """`POST /v2/models/{model}[/versions/{version}]/infer`."""

    def __init__(self, service: Service) -> None:
        self._service = service

    async def handle(self, request: Request) -> Response:
        """Raises InferenceError for what the client did wrong, Refusal for limits."""
        model = self._model(request)
        outcome = request.outcome
        outcome.model, outcome.model_version = model.name, model.version
        wanted, inputs = _read(model, request, self._service.settings.max_body_bytes)
        outcome.inputs = inputs
        rows = inference.rows_of(model, inputs)
        names = inference.output_names(model, [output.name for output in wanted.outputs])
        outputs = await self._predict(model, request, wanted, inputs, rows, names)
        outcome.outputs = outputs
        return _answer(model, wanted, outputs)

    async def _predict(
        self, model: Model, request: Request, wanted: InferRequest, inputs: Tensors, rows: int, names: list[str] | None
    ) -> Tensors:
        try:
            return await self._service.dispatcher.predict(
                model, inputs, rows, names, deadline=self._deadline(request, wanted), outcome=request.outcome
            )
        except BadInput as bad:
            raise InferenceError(f"model {model.name!r} refused the input: {bad}") from None
        except Overrun as over:
            request.outcome.error = over
            raise InferenceError("the model ran longer than SCORING_TIMEOUT_MS allows", 504) from None
        except ExecutorError as error:
            raise refusal_of(error, self._service.settings) from None
        except Exception as error:
            request.outcome.error = error
            logger.exception("The model failed", extra={"request_id": request.outcome.request_id})
            raise InferenceError(f"model {model.name!r} failed; the server's log has the reason", 500) from None

    def _model(self, request: Request) -> Model:
        places = request.parameters
        try:
            return self._service.models.get(places["model"], places.get("version"))
        except ModelNotFound as missing:
            raise InferenceError(str(missing), 404) from None

    def _deadline(self, request: Request, wanted: InferRequest) -> float | None:
        """The server's and the header's, or the request's own `timeout` (microseconds) if it is sooner."""
        deadline = self._service.deadline_of(request)
        timeout = wanted.parameters.get("timeout")
        if not isinstance(timeout, int) or isinstance(timeout, bool) or timeout <= 0:
            return deadline
        own = request.received_at + timeout / 1e6
        return own if deadline is None else min(own, deadline)


def _read(model: Model, request: Request, limit: int) -> tuple[InferRequest, Tensors]:
    body = decoded_body(request, limit)
    length = binary.header_length(request.headers, body)
    if length == 0:
        return _read_raw(model, body)
    wanted = decode_request(body if length is None else memoryview(body)[:length])
    inference.check_parameters(wanted.parameters, *(output.parameters for output in wanted.outputs))
    tail = binary.Tail(memoryview(body)[len(body) if length is None else length :])
    inputs: dict[str, np.ndarray] = {}
    for sent in wanted.inputs:
        if sent.name in inputs:
            raise InferenceError(f"input {sent.name!r} is there twice")
        inputs[sent.name] = _input(model, sent, tail)
    tail.finish()
    return wanted, inputs


def _input(model: Model, sent: RequestInput, tail: binary.Tail) -> np.ndarray:
    spec = inference.spec_of(model, sent.name)
    inference.check_shape(sent.name, sent.shape)
    if sent.parameters:
        inference.check_parameters(sent.parameters)
    size = sent.parameters.get("binary_data_size")
    if size is not None:
        if bytes(sent.data):
            raise InferenceError(f"input {sent.name!r} has both data and binary_data_size")
        values = raw.decode(sent.name, sent.datatype, sent.shape, tail.take(sent.name, size))
    elif not bytes(sent.data):
        raise InferenceError(f"input {sent.name!r} has neither data nor binary_data_size")
    else:
        values = tensors.decode(sent.name, sent.datatype, sent.shape, sent.data)
    return inference.fitted(spec, sent.datatype, values)


def _read_raw(model: Model, body: bytes) -> tuple[InferRequest, Tensors]:
    """A body that is one tensor and nothing else; its datatype and shape are the model's."""
    specs = inference.signature_of(model).inputs
    if len(specs) != 1:
        raise InferenceError(f"model {model.name!r} has {len(specs)} inputs; a raw body can only be the only one")
    spec = specs[0]
    if spec.datatype == "BYTES":
        values = np.array([raw.utf8(spec.name, body)], object).reshape([1] * len(spec.shape))
    else:
        values = raw.decode(spec.name, spec.datatype, raw.shape_for(spec, len(body)), body)
    wanted = InferRequest([], parameters={"binary_data_output": True})
    return wanted, {spec.name: inference.fitted(spec, spec.datatype, values)}


def _answer(model: Model, wanted: InferRequest, outputs: Tensors) -> Response:
    wishes = {output.name: output.parameters for output in wanted.outputs}
    described: list[dict[str, Any]] = []
    chunks: list[bytes] = []
    for name, values in outputs.items():
        as_binary = binary.wants_binary(wanted, wishes.get(name, {}))
        output, data = binary.output(name, values, datatype_of(values.dtype), as_binary)
        described.append(output)
        if data is not None:
            chunks.append(data)
    document: dict[str, Any] = {"model_name": model.name, "model_version": model.version}
    if wanted.id:
        document["id"] = wanted.id
    echoed = {name: value for name, value in wanted.parameters.items() if name != "binary_data_output"}
    if echoed:
        document["parameters"] = echoed
    document["outputs"] = described
    text = orjson.dumps(document, default=_listed, option=_OPTIONS)
    if not chunks:
        return Response(200, [_JSON], text)
    return Response(200, [_BINARY, (binary.HEADER, str(len(text)))], b"".join([text, *chunks]))


def _listed(value: object) -> object:
    return value.tolist() if isinstance(value, np.ndarray) else str(value)
