"""First calls are slow (lazy imports, memory pools, thread-local state); they happen before ready."""

from __future__ import annotations

import logging

import numpy as np

from scoring.models.base import Model
from scoring.oip.datatypes import memory_dtype
from scoring.signature import TensorSpec

logger = logging.getLogger("scoring.models")

_CALLS = 3


def warm_up(model: Model) -> None:
    """Calls the model with a row of zeros; a model that cannot take zeros is served all the same."""
    if model.signature is None:
        return
    row = sample_inputs(model.signature.inputs)
    try:
        for _ in range(_CALLS):
            model.predict(row)
    except Exception as error:
        logger.warning(
            "%s:%s could not be warmed up with zeros: %s", model.name, model.version, error
        )


def sample_inputs(specs: tuple[TensorSpec, ...], rows: int = 1) -> dict[str, np.ndarray]:
    """Zeros (and empty text) of the right datatypes and shapes; a free first axis has `rows`, other free axes 1."""
    return {spec.name: _zeros(spec, rows) for spec in specs}


def _zeros(spec: TensorSpec, rows: int) -> np.ndarray:
    shape = [1 if size < 0 else size for size in spec.shape]
    if spec.shape and spec.shape[0] < 0:
        shape[0] = rows
    if spec.datatype == "BYTES":
        return np.full(shape, "", object)
    return np.zeros(shape, memory_dtype(spec.datatype))
