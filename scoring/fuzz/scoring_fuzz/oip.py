"""Targets: the Open Inference Protocol's requests, over REST and over gRPC."""

import json
from typing import Any

import numpy as np
from google.protobuf.message import DecodeError

from scoring.http.errors import Refusal
from scoring.http.message import Request
from scoring.models.base import Model
from scoring.oip import grpc_infer, inference, rest_infer
from scoring.oip.binary import HEADER
from scoring.oip.errors import InferenceError
from scoring.oip.grpc_messages import message
from scoring_fuzz.models import chosen
from scoring_fuzz.promise import holds, refused
from scoring_fuzz.split import head_and_body

#: Largest body, unpacked.
LIMIT = 2**20
_OPTIONS = {HEADER: 1, "content-encoding": 2}

_parse = message("ModelInferRequest").FromString


def oip_rest(data: bytes) -> None:
    """`MODEL|INFERENCE-HEADER-CONTENT-LENGTH|CONTENT-ENCODING` newline BODY."""
    fields, body = head_and_body(data, 3)
    headers = {name: fields[at].decode("latin-1") for name, at in _OPTIONS.items() if fields[at]}
    model = chosen(fields[0])
    try:
        wanted, inputs = rest_infer._read(model, Request("POST", "/", "", headers, body), LIMIT)
        outputs = _echo(model, inputs, [output.name for output in wanted.outputs])
        answer = rest_infer._answer(model, wanted, outputs)
    except (InferenceError, Refusal) as refusal:
        refused(refusal.status, refusal.message)
        return
    length = dict(answer.headers).get(HEADER)
    document = json.loads(answer.body if length is None else answer.body[: int(length)])
    shapes = {output["name"]: output["shape"] for output in document["outputs"]}
    holds(shapes == {name: list(values.shape) for name, values in outputs.items()}, "shapes differ")


def oip_grpc(data: bytes) -> None:
    """`MODEL` newline, then a ModelInferRequest."""
    [name], body = head_and_body(data, 1)
    model = chosen(name)
    try:
        received = _parse(body)
        inputs = grpc_infer.read_inputs(model, received)
        outputs = _echo(model, inputs, [output.name for output in received.outputs])
        grpc_infer.answer(model, received, outputs).SerializeToString()
    except DecodeError:
        return
    except InferenceError as refusal:
        refused(refusal.status, refusal.message)


def _echo(model: Model, inputs: Any, wanted: list[str]) -> dict[str, np.ndarray]:
    """The checks that stand between reading and answering, and the model itself."""
    names = inference.output_names(model, wanted)
    inference.rows_of(model, inputs)
    return dict(model.predict(inputs, names))
