"""What the server and its models say about themselves."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from scoring.models.base import Model
from scoring.signature import TensorSpec

SERVER_NAME = "slipway-scoring"
EXTENSIONS = ("binary_tensor_data",)


def model_metadata(model: Model, versions: list[str]) -> dict[str, Any]:
    """A model that declares no inputs has none here, and a parameter says why."""
    signature = model.signature
    metadata: dict[str, Any] = {
        "name": model.name,
        "versions": versions,
        "platform": model.platform,
        "inputs": _tensors(signature.inputs if signature else ()),
        "outputs": _tensors(signature.outputs if signature else ()),
    }
    if signature is None:
        metadata["parameters"] = {
            "signature": "not declared: run() has no @input_schema of tensors"
        }
    return metadata


def _tensors(specs: Iterable[TensorSpec]) -> list[dict[str, Any]]:
    return [
        {"name": spec.name, "datatype": spec.datatype, "shape": list(spec.shape)} for spec in specs
    ]
