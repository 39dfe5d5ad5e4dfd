"""The Azure ML form of a request to a model without code: `{"data": [...]}`, answered with a list."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np

from scoring.models.answer import Answer
from scoring.models.base import BadInput, Model
from scoring.models.rows import Tensors, tensors
from scoring.oip.datatypes import FLOATS, memory_dtype
from scoring.signature import TensorSpec
from scoring.wording import shortened

# Rows up to this wide are checked by the JSON decoder itself, which is several times faster.
_WIDEST = 1024

# Lists that nest deeper than any tensor.
_MAX_COMMAS = 2**23


def azureml_call(model: Model, payload: Any) -> Any:
    """What a usual `run()` returns for `payload`, a decoded JSON body. Raises BadInput."""
    answer = Answer(model)
    inputs, _ = tensors(model, _data(payload))
    return answer.value(model.predict(inputs, answer.outputs))


class AzureMLForm:
    """Bodies of `/score` for one model, to tensors and back."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.answer = Answer(model)
        spec = (
            model.signature.inputs[0]
            if model.signature and len(model.signature.inputs) == 1
            else None
        )
        self._decoder = None if spec is None else _row_decoder(spec)
        self._name = "" if spec is None else spec.name
        self._dtype = None if spec is None else memory_dtype(spec.datatype)

    def parse(self, body: bytes) -> tuple[Tensors, int]:
        """Tensors and number of rows. Raises BadInput."""
        if self._decoder is not None and len(body) < _MAX_COMMAS:
            try:
                rows = self._decoder.decode(body).data
                if rows:
                    return {self._name: np.array(rows, self._dtype)}, len(rows)
            except (msgspec.DecodeError, OverflowError, UnicodeDecodeError, RecursionError):
                # Other forms, and the sentence that says what is wrong, take longer.
                pass
        return tensors(self.model, _data(_decoded(body)))


def _row_decoder(spec: TensorSpec) -> msgspec.json.Decoder[Any] | None:
    """Decodes `{"data": [[number, ...], ...]}` with rows of exactly the model's width."""
    if spec.datatype not in FLOATS or len(spec.shape) != 2:
        return None
    if spec.shape[0] != -1 or not 0 < spec.shape[1] <= _WIDEST:
        return None
    row: Any = tuple.__class_getitem__((float,) * spec.shape[1])
    rows: Any = list.__class_getitem__(row)
    return msgspec.json.Decoder(msgspec.defstruct("Rows", [("data", rows)]))


def _decoded(body: bytes) -> Any:
    if body.count(b",") >= _MAX_COMMAS:
        raise BadInput(
            f"the body has more than {_MAX_COMMAS} values; send it in parts or as binary tensors"
        )
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"the body is not JSON: {shortened(str(error))}") from None
    except RecursionError:
        raise BadInput("the body's JSON is nested too deeply") from None


def _data(payload: Any) -> Any:
    if not isinstance(payload, dict) or "data" not in payload:
        raise BadInput('the body must be a JSON object with "data": a list of rows')
    return payload["data"]
