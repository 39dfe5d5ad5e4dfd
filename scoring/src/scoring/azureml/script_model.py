"""The entry script as a model of the Open Inference Protocol: tensors in, `run()`, tensors out.

inference-schema's decorators say what `run()` takes; without them, or where they describe no tensors, the model is
listed without inputs and cannot be called that way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from scoring.azureml.entry_script import EntryScript
from scoring.azureml.schema import is_schema_decorated, schemas
from scoring.models.base import BadInput
from scoring.signature import Signature, TensorSpec

_OUTPUT = "output"

# Types of JSON schema (with inference-schema's formats) to datatypes.
_DATATYPES = {
    ("number", "float"): "FP32",
    ("number", "double"): "FP64",
    ("integer", "int32"): "INT32",
    ("integer", "int64"): "INT64",
    ("string", None): "BYTES",
    ("boolean", None): "BOOL",
}
_ANY_FORMAT = {"number": "FP64", "integer": "INT64"}


class ScriptModel:
    """Batches are not shared: nothing says that `run()` treats each row by itself."""

    batchable = False
    #: The script runs where its `init()` ran, in the executor's thread, never on the event loop.
    inline = False

    def __init__(self, script: EntryScript, model_directory: Path | None) -> None:
        self.name, self.version = _identity(model_directory)
        self.platform = "python_score"
        self.signature = _signature(script)
        self._run = script.run
        self._wants_headers = script.wants_headers

    def predict(
        self, inputs: Mapping[str, np.ndarray], outputs: Sequence[str] | None = None
    ) -> Mapping[str, np.ndarray]:
        arguments: dict[str, Any] = {name: values.tolist() for name, values in inputs.items()}
        if self._wants_headers:
            arguments["request_headers"] = {}
        return {_OUTPUT: _as_tensor(self._run(**arguments))}


def _identity(model_directory: Path | None) -> tuple[str, str]:
    """`<name>/<version>` of AZUREML_MODEL_DIR where it has that form."""
    if model_directory is not None and model_directory.name.isdigit():
        return model_directory.parent.name, model_directory.name
    return "model", "1"


def _signature(script: EntryScript) -> Signature | None:
    if not is_schema_decorated(script.run):
        return None
    taken, given = schemas(script.run)
    examples = taken.get("example", {})
    inputs = [
        _spec(name, schema, examples.get(name))
        for name, schema in taken.get("properties", {}).items()
    ]
    known = [spec for spec in inputs if spec is not None]
    if not known or len(known) < len(inputs):
        return None
    output = _spec(_OUTPUT, given, given.get("example")) or TensorSpec(_OUTPUT, "FP64", (-1,))
    return Signature(tuple(known), (output,))


def _spec(name: str, schema: Mapping[str, Any], example: Any) -> TensorSpec | None:
    """None for what is no tensor: tables, objects."""
    element, dimensions = schema, 0
    while element.get("type") == "array":
        element, dimensions = element.get("items", {}), dimensions + 1
    kind = element.get("type", "")
    datatype = _DATATYPES.get((kind, element.get("format"))) or _ANY_FORMAT.get(kind)
    if datatype is None or dimensions == 0:
        return None
    return TensorSpec(name, datatype, (-1, *_inner_shape(example, dimensions)))


def _inner_shape(example: Any, dimensions: int) -> tuple[int, ...]:
    """As the decorator's sample has it; inference-schema checks all axes but the first, too."""
    shape = np.shape(np.array(example, object))
    return shape[1:dimensions] if len(shape) == dimensions else (-1,) * (dimensions - 1)


def _as_tensor(value: Any) -> np.ndarray:
    try:
        array = np.asarray(value)
    except ValueError:
        array = np.empty(0, object)
    if array.dtype.kind not in "biufUS":
        raise BadInput(
            f"run() returned {type(value).__name__}, which is no tensor; use POST /score for such answers"
        )
    return array
