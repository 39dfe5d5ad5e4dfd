"""Rows as people write them in JSON, to the tensors of a model's signature."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from scoring.models.base import BadInput, Model
from scoring.oip.datatypes import FLOATS, memory_dtype
from scoring.signature import TensorSpec
from scoring.wording import shortened

Tensors = dict[str, np.ndarray]


def tensors(model: Model, rows: Any) -> tuple[Tensors, int]:
    """Tensors and number of rows. `rows` is a list of lists, a list of records, or an object of columns.

    Raises BadInput, in one sentence.
    """
    if model.signature is None:
        raise BadInput(f"model {model.name!r} has no signature; its rows cannot be read from JSON")
    specs = model.signature.inputs
    built = _from_columns(specs, rows) if isinstance(rows, dict) else _from_list(model, specs, rows)
    counts = {len(values) for values in built.values() if values.ndim}
    if len(counts) > 1:
        raise BadInput(f"the columns have different lengths: {sorted(counts)}")
    return built, counts.pop() if counts else 1


def _from_list(model: Model, specs: Sequence[TensorSpec], rows: Any) -> Tensors:
    if not isinstance(rows, list):
        raise BadInput(f'"data" must be a list of rows, not {_kind(rows)}')
    if rows and isinstance(rows[0], dict):
        return _from_records(model, specs, rows)
    if len(specs) == 1:
        return {specs[0].name: as_tensor(specs[0], rows)}
    return _from_lists(specs, rows)


def _from_lists(specs: Sequence[TensorSpec], rows: list[Any]) -> Tensors:
    """Several inputs, each a column of the rows."""
    width = len(specs)
    for index, row in enumerate(rows):
        if not isinstance(row, list) or len(row) != width:
            names = ", ".join(spec.name for spec in specs)
            raise BadInput(f"row {index} must be a list of {width} values: {names}")
    return {spec.name: as_tensor(spec, [row[at] for row in rows]) for at, spec in enumerate(specs)}


def _from_records(model: Model, specs: Sequence[TensorSpec], rows: list[Any]) -> Tensors:
    columns: Sequence[str] | None = getattr(model, "columns", None)
    if len(specs) == 1 and columns:
        return {
            specs[0].name: as_tensor(
                specs[0],
                [[_value(row, at, name) for name in columns] for at, row in enumerate(rows)],
            )
        }
    return {
        spec.name: as_tensor(spec, [_value(row, at, spec.name) for at, row in enumerate(rows)])
        for spec in specs
    }


def _value(row: Any, at: int, name: str) -> Any:
    if not isinstance(row, dict) or name not in row:
        raise BadInput(f"row {at} must be an object with {name!r}, as the first row is one")
    return row[name]


def _from_columns(specs: Sequence[TensorSpec], columns: Mapping[str, Any]) -> Tensors:
    if isinstance(columns.get("columns"), list) and isinstance(columns.get("data"), list):
        columns = _split_table(columns["columns"], columns["data"])
    missing = [spec.name for spec in specs if spec.name not in columns]
    if missing:
        raise BadInput(
            f"columns are missing: {shortened(', '.join(missing))}; "
            f"sent: {shortened(', '.join(map(str, columns))) or 'none'}"
        )
    return {spec.name: as_tensor(spec, columns[spec.name]) for spec in specs}


def _split_table(names: list[Any], rows: list[Any]) -> dict[str, Any]:
    """Columns by name, of a table as pandas writes it with orient="split"."""
    if not all(isinstance(name, str) for name in names):
        raise BadInput('"columns" must be a list of names')
    if any(not isinstance(row, list) or len(row) != len(names) for row in rows):
        raise BadInput(f"every row must have {len(names)} values, one for each of the columns")
    return {name: [row[at] for row in rows] for at, name in enumerate(names)}


def as_tensor(spec: TensorSpec, values: Any) -> np.ndarray:
    """Raises BadInput when the values do not have the datatype and shape."""
    try:
        # What is too large for the datatype becomes infinite, as in ONNX Runtime and Triton.
        with np.errstate(over="ignore"):
            array = np.array(values, memory_dtype(spec.datatype))
    except (TypeError, ValueError, OverflowError) as error:
        if "inhomogeneous" in str(error):
            raise BadInput(f"the rows of {spec.name!r} have different lengths") from None
        raise BadInput(
            f"{spec.name!r} must hold {_article(spec)}: {shortened(str(error))}"
        ) from None
    _check_unchanged(spec, values, array)
    if array.ndim == 1 and len(spec.shape) == 2 and spec.shape[1] == 1:
        array = array.reshape(-1, 1)
    _check_shape(spec, array)
    if spec.datatype == "BYTES":
        _check_texts(spec, array)
    return array


def _check_unchanged(spec: TensorSpec, values: Any, array: np.ndarray) -> None:
    """numpy makes 1 of 1.5 where it is asked for whole numbers, and true of "no" where for truth values."""
    if array.dtype.kind not in "biu":
        return
    sent = np.array(values)
    odd = spec.datatype == "BOOL" and sent.dtype.kind not in "biuf"
    if odd or (sent.dtype.kind in "iuf" and not np.array_equal(sent, array)):
        raise BadInput(f"{spec.name!r} must hold {_article(spec)}; others were sent")


def _check_shape(spec: TensorSpec, array: np.ndarray) -> None:
    fits = array.ndim == len(spec.shape) and all(
        wanted in (-1, got) for wanted, got in zip(spec.shape, array.shape, strict=True)
    )
    if not fits:
        raise BadInput(
            f"{spec.name!r} has shape {list(array.shape)}; the model takes {list(spec.shape)} (-1: any)"
        )


def _check_texts(spec: TensorSpec, array: np.ndarray) -> None:
    for value in array.ravel():
        if not isinstance(value, str):
            raise BadInput(f"{spec.name!r} must hold texts, not {_kind(value)}")


def _article(spec: TensorSpec) -> str:
    if spec.datatype == "BYTES":
        return "texts"
    return "numbers" if spec.datatype in FLOATS else f"{spec.datatype} values"


def _kind(value: Any) -> str:
    names = {
        dict: "an object",
        list: "a list",
        str: "a text",
        bool: "a truth value",
        type(None): "null",
    }
    return names.get(type(value), "a number")
