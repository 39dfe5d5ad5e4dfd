"""From named tensors to a model's answer; the same for REST and gRPC."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from scoring.models.base import Model
from scoring.oip.datatypes import memory_dtype
from scoring.oip.errors import InferenceError
from scoring.oip.messages import Parameters
from scoring.signature import Signature, TensorSpec

Tensors = Mapping[str, np.ndarray]

# A shape that claims more than any machine has is refused before anything is multiplied.
_MOST_ELEMENTS = 2**40
_MOST_DIMENSIONS = 32

# Extensions of Triton that would change the answer; ignoring them would be a wrong answer.
_NOT_OFFERED = {
    "classification": "the classification extension",
    "shared_memory_region": "shared memory",
    "sequence_id": "the sequence extension",
}


def signature_of(model: Model) -> Signature:
    """Raises InferenceError for a model that does not tell its inputs."""
    if model.signature is None:
        raise InferenceError(
            f"model {model.name!r} declares no inputs, so it cannot be called with tensors; "
            "add @input_schema to its run(), or use POST /score"
        )
    return model.signature


def check_parameters(*several: Parameters) -> None:
    """Raises InferenceError for extensions that are not offered."""
    for parameters in several:
        for name, extension in _NOT_OFFERED.items():
            if parameters.get(name):
                raise InferenceError(f"parameter {name!r}: this server does not offer {extension}")


def check_shape(name: str, shape: Sequence[int]) -> None:
    """Raises InferenceError for a shape that no tensor has."""
    if len(shape) > _MOST_DIMENSIONS:
        raise InferenceError(
            f"input {name!r} has a shape of {len(shape)} axes, which no tensor has"
        )
    # An axis of 0 must not hide what the others claim: numpy refuses them whatever the product.
    if (shape and min(shape) < 0) or math.prod(axis or 1 for axis in shape) > _MOST_ELEMENTS:
        raise InferenceError(
            f"input {name!r} has shape {str(list(shape))[:200]}, which no tensor has"
        )


def spec_of(model: Model, name: str) -> TensorSpec:
    """Raises InferenceError for an input that the model does not have."""
    specs = signature_of(model).inputs
    for spec in specs:
        if spec.name == name:
            return spec
    known = ", ".join(spec.name for spec in specs)
    raise InferenceError(f"model {model.name!r} has no input {name[:80]!r}; its inputs: {known}")


def fitted(spec: TensorSpec, datatype: str, values: np.ndarray) -> np.ndarray:
    """`values` as the model takes them; numbers are widened where nothing is lost.

    Raises InferenceError when datatype or shape do not fit.
    """
    shape = values.shape
    if shape[1:] != spec.shape[1:] or shape[:1] != spec.shape[:1] != (-1,):
        _check_shape_fits(spec, shape)
    if datatype == spec.datatype:
        return values
    wanted_dtype = memory_dtype(spec.datatype)
    if "BYTES" in (datatype, spec.datatype) or not np.can_cast(values.dtype, wanted_dtype, "safe"):
        raise InferenceError(
            f"input {spec.name!r} has datatype {datatype}; the model takes {spec.datatype}"
        )
    return values.astype(wanted_dtype)


def _check_shape_fits(spec: TensorSpec, shape: tuple[int, ...]) -> None:
    fits = len(shape) == len(spec.shape) and all(
        wanted in (-1, got) for wanted, got in zip(spec.shape, shape, strict=True)
    )
    if not fits:
        raise InferenceError(
            f"input {spec.name!r} has shape {list(shape)}; the model takes {list(spec.shape)} (-1: any)"
        )


def rows_of(model: Model, inputs: Tensors) -> int:
    """Number of rows, the same in every input. Raises InferenceError for missing inputs and unequal rows."""
    signature = signature_of(model)
    if len(inputs) != len(signature.inputs):
        missing = [spec.name for spec in signature.inputs if spec.name not in inputs]
        raise InferenceError(f"model {model.name!r} needs the inputs {', '.join(missing)} as well")
    if not model.batchable:
        return 1
    counts = {len(values) for values in inputs.values()}
    if len(counts) > 1:
        raise InferenceError(f"the inputs have different numbers of rows: {sorted(counts)}")
    rows = counts.pop()
    if rows == 0:
        raise InferenceError("the inputs have no rows")
    return rows


def output_names(model: Model, wanted: Iterable[str]) -> list[str] | None:
    """None: all. Raises InferenceError for an output that the model does not have."""
    names = list(wanted)
    if not names:
        return None
    known = [spec.name for spec in signature_of(model).outputs]
    for name in names:
        if name not in known:
            raise InferenceError(
                f"model {model.name!r} has no output {name[:80]!r}; its outputs: {', '.join(known)}"
            )
    if len(set(names)) < len(names):
        raise InferenceError("an output is requested twice")
    return names
