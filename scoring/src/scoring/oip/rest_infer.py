"""One inference request over REST."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import orjson

from scoring.http.encoding import decoded_body
from scoring.http.message import Request, Response
from scoring.models.base import Model
from scoring.models.catalog import ModelNotFound
from scoring.oip import binary, inference, raw, tensors
from scoring.oip.call import predict
from scoring.oip.datatypes import datatype_of
from scoring.oip.errors import InferenceError
from scoring.oip.messages import (
    FloatInput,
    FloatRequest,
    InferRequest,
    RequestInput,
    decode_floats,
    decode_request,
)
from scoring.service import Service

_JSON = ("Content-Type", "application/json")
_BINARY = ("Content-Type", "application/octet-stream")
_OPTIONS = orjson.OPT_SERIALIZE_NUMPY

Tensors = Mapping[str, np.ndarray]
Wanted = InferRequest | FloatRequest


class Inference:
    """`POST /v2/models/{model}[/versions/{version}]/infer`."""

    def __init__(self, service: Service) -> None:
        self._service = service

    async def handle(self, request: Request) -> Response:
        """Raises InferenceError for what the client did wrong, Refusal for limits."""
        model = self._model(request)
        wanted, inputs = _read(model, request, self._service.settings.max_body_bytes)
        names = inference.output_names(model, (output.name for output in wanted.outputs))
        timeout = wanted.parameters.get("timeout")
        outputs = await predict(self._service, request, model, inputs, names, timeout)
        return _answer(model, wanted, outputs)

    def _model(self, request: Request) -> Model:
        places = request.parameters
        try:
            return self._service.models.get(places["model"], places.get("version"))
        except ModelNotFound as missing:
            raise InferenceError(str(missing), 404) from None


def _read(model: Model, request: Request, limit: int) -> tuple[Wanted, Tensors]:
    body = decoded_body(request, limit)
    length = binary.header_length(request.headers, body)
    if length == 0:
        return _read_raw(model, body)
    wanted: Wanted | None = decode_floats(body) if length is None else None
    if wanted is None:
        wanted = decode_request(body if length is None else memoryview(body)[:length])
    inference.check_parameters(wanted.parameters, *(output.parameters for output in wanted.outputs))
    tail = binary.Tail(memoryview(body)[len(body) if length is None else length :])
    inputs: dict[str, np.ndarray] = {}
    for sent in wanted.inputs:
        if sent.name in inputs:
            raise InferenceError(f"input {sent.name!r} is there twice")
        spec = inference.spec_of(model, sent.name)
        inference.check_shape(sent.name, sent.shape)
        inputs[sent.name] = inference.fitted(spec, sent.datatype, _values(sent, tail))
    tail.finish()
    return wanted, inputs


def _values(sent: RequestInput | FloatInput, tail: binary.Tail) -> np.ndarray:
    if isinstance(sent, FloatInput):
        return tensors.from_floats(sent.name, sent.datatype, sent.shape, sent.data)
    inference.check_parameters(sent.parameters)
    size = sent.parameters.get("binary_data_size")
    if size is None:
        if not sent.has_data:
            raise InferenceError(f"input {sent.name!r} has neither data nor binary_data_size")
        return tensors.decode(sent.name, sent.datatype, sent.shape, sent.data)
    if sent.has_data:
        raise InferenceError(f"input {sent.name!r} has both data and binary_data_size")
    return raw.decode(sent.name, sent.datatype, sent.shape, tail.take(sent.name, size))


def _read_raw(model: Model, body: bytes) -> tuple[InferRequest, Tensors]:
    """A body that is one tensor and nothing else; its datatype and shape are the model's."""
    specs = inference.signature_of(model).inputs
    if len(specs) != 1:
        raise InferenceError(
            f"model {model.name!r} has {len(specs)} inputs; a raw body can only be the only one"
        )
    spec = specs[0]
    if spec.datatype == "BYTES":
        values = np.array([raw.utf8(spec.name, body)], object).reshape([1] * len(spec.shape))
    else:
        values = raw.decode(spec.name, spec.datatype, raw.shape_for(spec, len(body)), body)
    wanted = InferRequest([], parameters={"binary_data_output": True})
    return wanted, {spec.name: inference.fitted(spec, spec.datatype, values)}


def _answer(model: Model, wanted: Wanted, outputs: Tensors) -> Response:
    wishes = {output.name: output.parameters for output in wanted.outputs}
    described: list[dict[str, Any]] = []
    chunks: list[bytes] = []
    for name, values in outputs.items():
        as_binary = binary.wants_binary(wanted.parameters, wishes.get(name, {}))
        output, data = binary.output(name, values, datatype_of(values.dtype), as_binary)
        described.append(output)
        if data is not None:
            chunks.append(data)
    document: dict[str, Any] = {"model_name": model.name, "model_version": model.version}
    if wanted.id:
        document["id"] = wanted.id
    echoed = {
        name: value for name, value in wanted.parameters.items() if name != "binary_data_output"
    }
    if echoed:
        document["parameters"] = echoed
    document["outputs"] = described
    text = orjson.dumps(document, default=_listed, option=_OPTIONS)
    if not chunks:
        return Response(200, [_JSON], text)
    return Response(200, [_BINARY, (binary.HEADER, str(len(text)))], b"".join([text, *chunks]))


def _listed(value: object) -> object:
    return value.tolist() if isinstance(value, np.ndarray) else str(value)
