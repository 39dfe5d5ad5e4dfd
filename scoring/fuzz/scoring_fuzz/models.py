"""Models by their signatures: parsers ask for nothing else."""

from collections.abc import Mapping, Sequence

import numpy as np

from scoring.models.base import Model
from scoring.oip.datatypes import MEMORY
from scoring.signature import Signature, TensorSpec

Tensors = Mapping[str, np.ndarray]


class Echo:
    """Answers its inputs; `columns` are the names of a matrix's columns, where it has any."""

    version = "1"
    platform = "echo"

    def __init__(self, name: str, *specs: TensorSpec, columns: Sequence[str] | None = None) -> None:
        self.name = name
        # As with ONNX: only what has a free first axis can be put together.
        self.batchable = all(spec.shape[:1] == (-1,) for spec in specs)
        self.signature: Signature | None = Signature(specs, specs)
        self.columns = columns

    def predict(self, inputs: Tensors, outputs: Sequence[str] | None = None) -> Tensors:
        return {name: inputs[name] for name in outputs or inputs}


def _all() -> list[Echo]:
    datatypes = [name for name in MEMORY if name != "BF16"]
    return [
        *(Echo(kind.lower(), TensorSpec("x", kind, (-1, 2))) for kind in datatypes),
        Echo("texts", TensorSpec("x", "BYTES", (-1,))),
        Echo("column", TensorSpec("x", "FP32", (-1, 1))),
        Echo("any", TensorSpec("x", "FP64", (-1, -1))),
        Echo("image", TensorSpec("x", "FP32", (-1, 3, 2, 2))),
        Echo("scalar", TensorSpec("x", "INT32", ())),
        Echo("fixed", TensorSpec("x", "FP32", (1, 2))),
        Echo("named", TensorSpec("x", "FP64", (-1, 2)), columns=("a", "b")),
        Echo("pair", TensorSpec("a", "FP32", (-1, 3)), TensorSpec("b", "FP32", (-1, 3))),
        Echo("table", TensorSpec("colour", "BYTES", (-1,)), TensorSpec("weight", "FP64", (-1,))),
    ]


MODELS = {model.name: model for model in _all()}


def chosen(name: bytes) -> Model:
    """The model of that name; any other bytes choose one as well."""
    found = MODELS.get(name.decode("latin-1"))
    return found or list(MODELS.values())[sum(name) % len(MODELS)]
