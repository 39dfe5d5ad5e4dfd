"""First calls are slow (lazy imports, memory pools, thread-local state); they happen before ready."""

from __future__ import annotations

import logging
from collections.abc import Mapping

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
    row = sample_of(model)
    try:
        for _ in range(_CALLS):
            model.predict(row)
    except Exception as error:
        logger.warning(
            "%s:%s could not be warmed up with zeros: %s", model.name, model.version, error
        )


def sample_of(model: Model, rows: int = 1) -> dict[str, np.ndarray]:
    """`sample_inputs` of the model's own signature, with texts that it knows."""
    specs = model.signature.inputs if model.signature else ()
    return sample_inputs(specs, rows, getattr(model, "known_values", {}))


def sample_inputs(
    specs: tuple[TensorSpec, ...], rows: int = 1, known: Mapping[str, str] | None = None
) -> dict[str, np.ndarray]:
    """Zeros, and for text the `known` one or none, of the right datatypes and shapes.

    A free first axis has `rows`, other free axes 1.
    """
    return {spec.name: _filled(spec, rows, (known or {}).get(spec.name, "")) for spec in specs}


def _filled(spec: TensorSpec, rows: int, text: str) -> np.ndarray:
    shape = [1 if size < 0 else size for size in spec.shape]
    if spec.shape and spec.shape[0] < 0:
        shape[0] = rows
    if spec.datatype == "BYTES":
        return np.full(shape, text, object)
    return np.zeros(shape, memory_dtype(spec.datatype))
