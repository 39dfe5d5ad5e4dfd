"""One inference request over gRPC: message to tensors, tensors to message."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from scoring.models.base import Model
from scoring.oip import grpc_tensors, inference, raw
from scoring.oip.datatypes import datatype_of
from scoring.oip.errors import InferenceError
from scoring.oip.grpc_messages import ModelInferResponse

Tensors = Mapping[str, np.ndarray]


def read_inputs(model: Model, message: Any) -> dict[str, np.ndarray]:
    """Raises InferenceError for what the client did wrong."""
    inference.check_parameters(grpc_tensors.parameters(message.parameters))
    for output in message.outputs:
        inference.check_parameters(grpc_tensors.parameters(output.parameters))
    raws = message.raw_input_contents
    if raws and len(raws) != len(message.inputs):
        raise InferenceError(
            f"raw_input_contents has {len(raws)} entries for {len(message.inputs)} inputs"
        )
    inputs: dict[str, np.ndarray] = {}
    for at, sent in enumerate(message.inputs):
        if sent.name in inputs:
            raise InferenceError(f"input {sent.name!r} is there twice")
        inputs[sent.name] = _input(model, sent, raws[at] if raws else None)
    return inputs


def _input(model: Model, sent: Any, data: bytes | None) -> np.ndarray:
    spec = inference.spec_of(model, sent.name)
    inference.check_shape(sent.name, sent.shape)
    shape = list(sent.shape)
    if len(sent.parameters):
        inference.check_parameters(grpc_tensors.parameters(sent.parameters))
    if data is None:
        values = grpc_tensors.decode(sent.name, sent.datatype, shape, sent.contents)
    elif sent.HasField("contents"):
        raise InferenceError(f"input {sent.name!r} has contents and raw_input_contents")
    else:
        values = raw.decode(sent.name, sent.datatype, shape, data)
    return inference.fitted(spec, sent.datatype, values)


def answer(model: Model, message: Any, outputs: Tensors) -> Any:
    """A ModelInferResponse; typed contents where the request has them, raw contents otherwise."""
    response = ModelInferResponse(model_name=model.name, model_version=model.version, id=message.id)
    for name, value in message.parameters.items():
        response.parameters[name].CopyFrom(value)
    datatypes = {name: datatype_of(values.dtype) for name, values in outputs.items()}
    typed = not message.raw_input_contents and all(map(grpc_tensors.is_typed, datatypes.values()))
    for name, values in outputs.items():
        output = response.outputs.add(name=name, datatype=datatypes[name], shape=values.shape)
        if typed:
            grpc_tensors.fill(output.contents, values, datatypes[name])
        else:
            response.raw_output_contents.append(raw.encode(values, datatypes[name]))
    return response
