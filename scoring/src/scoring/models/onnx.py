"""ONNX models under ONNX Runtime: one session, shared by all threads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from scoring.errors import ScoringError
from scoring.models.base import BadInput
from scoring.models.discovery import ModelFile
from scoring.signature import Signature, TensorSpec

_DATATYPES = {
    "tensor(bool)": "BOOL",
    "tensor(uint8)": "UINT8",
    "tensor(uint16)": "UINT16",
    "tensor(uint32)": "UINT32",
    "tensor(uint64)": "UINT64",
    "tensor(int8)": "INT8",
    "tensor(int16)": "INT16",
    "tensor(int32)": "INT32",
    "tensor(int64)": "INT64",
    "tensor(float16)": "FP16",
    "tensor(float)": "FP32",
    "tensor(double)": "FP64",
    "tensor(string)": "BYTES",
}

# skl2onnx's ZipMap: a list of dictionaries, class to probability.
_PROBABILITY_MAPS = ("seq(map(int64,tensor(float)))", "seq(map(string,tensor(float)))")


class OnnxModel:
    """`predict` may be called by several threads at once; ONNX Runtime releases the GIL while it computes."""

    def __init__(self, file: ModelFile, session: Any) -> None:
        self.name, self.version, self.platform = file.name, file.version, "onnx_onnxv1"
        self._run = session.run
        inputs = tuple(_spec(file, node) for node in session.get_inputs())
        outputs = tuple(_spec(file, node) for node in session.get_outputs())
        self.signature: Signature | None = Signature(inputs, outputs)
        self._output_names = [spec.name for spec in outputs]
        self._maps = frozenset(
            node.name for node in session.get_outputs() if node.type in _PROBABILITY_MAPS
        )
        # Rows can be put together where the first axis of everything is free.
        self.batchable = all(spec.shape and spec.shape[0] == -1 for spec in (*inputs, *outputs))

    def predict(
        self, inputs: Mapping[str, np.ndarray], outputs: Sequence[str] | None = None
    ) -> Mapping[str, np.ndarray]:
        names = self._output_names if outputs is None else list(outputs)
        try:
            values = self._run(names, inputs)
        except Exception as error:
            raise _explained(error) from error
        if self._maps:
            values = [
                _probabilities(value) if name in self._maps else value
                for name, value in zip(names, values, strict=True)
            ]
        return dict(zip(names, values, strict=True))


def load(file: ModelFile, content: bytes, threads: int) -> OnnxModel:
    """Raises ScoringError when ONNX Runtime is missing or refuses the file."""
    try:
        import onnxruntime
    except ImportError:
        raise ScoringError(
            f"{file.path} needs onnxruntime, which is not installed; "
            "install slipway-scoring[onnx] (in an image: add onnxruntime to the conda file)"
        ) from None
    options = session_options(onnxruntime, threads)
    # Weights beside the model ("external data") are found only by path; the checked bytes serve otherwise.
    source = str(file.path) if _has_external_data(file) else content
    try:
        session = onnxruntime.InferenceSession(source, options, providers=["CPUExecutionProvider"])
    except Exception as error:
        first_line = str(error).strip().partition("\n")[0]
        raise ScoringError(
            f"{file.path} is not an ONNX model that ONNX Runtime can load: {first_line}"
        ) from None
    return OnnxModel(file, session)


def session_options(onnxruntime: Any, threads: int) -> Any:
    """`threads` from the container's share; no spinning, which burns a core after each request."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.add_session_config_entry("session.inter_op.allow_spinning", "0")
    # Errors come back as exceptions; what the library prints beside them is not a JSON log line.
    options.log_severity_level = 4
    return options


def _has_external_data(file: ModelFile) -> bool:
    neighbours = [path for path in file.path.parent.iterdir() if path != file.path]
    if file.entry is not None:
        # A registered model's folder holds its own files alone, under whatever names.
        return bool(neighbours)
    return any(
        path.name.startswith(file.path.name) or path.suffix == ".data" for path in neighbours
    )


def _spec(file: ModelFile, node: Any) -> TensorSpec:
    if node.type in _PROBABILITY_MAPS:
        return TensorSpec(node.name, "FP32", (-1, -1))
    datatype = _DATATYPES.get(node.type)
    if datatype is None:
        raise ScoringError(
            f"{file.path}: {node.name!r} is a {node.type}, which the Open Inference Protocol cannot carry; "
            f"served are {', '.join(_DATATYPES)}"
        )
    shape = tuple(size if isinstance(size, int) and size >= 0 else -1 for size in node.shape)
    return TensorSpec(node.name, datatype, shape)


def _probabilities(rows: Sequence[Mapping[Any, float]]) -> np.ndarray:
    return np.array([list(row.values()) for row in rows], np.float32)


def _explained(error: Exception) -> Exception:
    """What is the input's fault: ONNX Runtime's INVALID_ARGUMENT, and shapes that do not go together."""
    text = " ".join(str(error).split())
    if (
        type(error).__name__ in ("InvalidArgument", "RuntimeException")
        and "GetElementType" not in text
    ):
        return BadInput(text[:500])
    return error
