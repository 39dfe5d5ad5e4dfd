"""The Azure ML form of a model's rows as JSON schema, with an example that works."""

from __future__ import annotations

from typing import Any

from scoring.models.answer import Answer
from scoring.models.base import Model
from scoring.models.warmup import sample_of
from scoring.oip.datatypes import FLOATS
from scoring.signature import TensorSpec

# Wider rows are described, not spelled out.
_WIDEST_EXAMPLE = 64


def input_schema(model: Model) -> dict[str, Any]:
    """`{"data": rows}`; a record for each row where the model takes named columns."""
    specs = model.signature.inputs if model.signature else ()
    rows = (
        _records(specs)
        if len(specs) > 1
        else _rows(specs[0])
        if specs
        else {"type": "array", "items": {}}
    )
    schema: dict[str, Any] = {"type": "object", "properties": {"data": rows}, "required": ["data"]}
    example = sample(model)
    return schema if example is None else {**schema, "example": example}


def output_schema(model: Model) -> dict[str, Any]:
    """A list, or an object of lists, as `Answer` writes it."""
    wanted = Answer(model).outputs
    specs = (
        [spec for spec in model.signature.outputs if spec.name in wanted] if model.signature else []
    )
    if len(specs) == 1:
        return _rows(TensorSpec(specs[0].name, specs[0].datatype, _answered(specs[0].shape)))
    return {"type": "object", "properties": {spec.name: _rows(spec) for spec in specs}}


def sample(model: Model) -> dict[str, Any] | None:
    """A request body that the model answers; None when the signature leaves too much open."""
    specs = model.signature.inputs if model.signature else ()
    if not specs or any(
        size < 0 or size > _WIDEST_EXAMPLE for spec in specs for size in spec.shape[1:]
    ):
        return None
    values = {name: rows.tolist()[0] for name, rows in sample_of(model).items() if rows.ndim}
    if len(values) != len(specs):
        return None
    return {"data": [values if len(specs) > 1 else values[specs[0].name]]}


def _answered(shape: tuple[int, ...]) -> tuple[int, ...]:
    return shape[:1] if len(shape) == 2 and shape[1] == 1 else shape


def _rows(spec: TensorSpec) -> dict[str, Any]:
    schema = _element(spec.datatype)
    for size in reversed(spec.shape):
        bounds = {"minItems": size, "maxItems": size} if size >= 0 else {}
        schema = {"type": "array", "items": schema, **bounds}
    return schema


def _records(specs: tuple[TensorSpec, ...]) -> dict[str, Any]:
    columns = {spec.name: _element(spec.datatype) for spec in specs}
    return {
        "type": "array",
        "items": {"type": "object", "properties": columns, "required": list(columns)},
    }


def _element(datatype: str) -> dict[str, Any]:
    if datatype == "BYTES":
        return {"type": "string"}
    if datatype == "BOOL":
        return {"type": "boolean"}
    return {"type": "number"} if datatype in FLOATS else {"type": "integer"}
