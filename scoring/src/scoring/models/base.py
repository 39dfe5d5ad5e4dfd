"""What the server asks of a model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from scoring.signature import Signature

if TYPE_CHECKING:
    import numpy as np


class BadInput(Exception):
    """The model cannot compute this input; the text is one sentence for the client."""


class Model(Protocol):
    """A loaded model. `predict` is called from worker threads and may be called by several at once."""

    name: str
    version: str
    #: The Open Inference Protocol's platform, "onnx_onnxv1", "sklearn_sklearn" ...
    platform: str
    signature: Signature | None
    #: Rows of several requests may be concatenated along the first axis of every input.
    batchable: bool

    def predict(
        self, inputs: Mapping[str, np.ndarray], outputs: Sequence[str] | None = None
    ) -> Mapping[str, np.ndarray]:
        """All outputs, or those named. Inputs have the signature's datatypes and free first axis.

        Raises BadInput when it is the input's fault.
        """
