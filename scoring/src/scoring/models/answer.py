"""Which outputs are a model's prediction, where a protocol has room for one answer only."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import orjson

from scoring.models.base import Model

_OPTIONS = orjson.OPT_SERIALIZE_NUMPY


class Answer:
    """The prediction of `model` as JSON: a list with one entry for each row, as `predict(...).tolist()` gives it.

    A classifier's label counts, not its probabilities; a model with several other outputs answers with an object.
    """

    def __init__(self, model: Model) -> None:
        names = [spec.name for spec in model.signature.outputs] if model.signature else []
        probabilities = len(names) == 2 and "prob" in names[1].lower()
        #: Outputs to compute.
        self.outputs = names[:1] if probabilities else names
        self._only = self.outputs[0] if len(self.outputs) == 1 else None

    def json(self, outputs: Mapping[str, np.ndarray]) -> bytes:
        if self._only is not None:
            values = outputs[self._only]
            # A single column is written as a flat list; its elements lie as they should for that.
            if values.ndim == 2 and values.shape[1] == 1:
                values = values.reshape(-1)
            return orjson.dumps(values, default=_listed, option=_OPTIONS)
        columns = {name: _column(outputs[name]) for name in self.outputs}
        return orjson.dumps(columns, default=_listed, option=_OPTIONS)

    def value(self, outputs: Mapping[str, np.ndarray]) -> object:
        """The same as Python lists."""
        if self._only is not None:
            return _column(outputs[self._only]).tolist()
        return {name: _column(outputs[name]).tolist() for name in self.outputs}


def _column(values: np.ndarray) -> np.ndarray:
    # ONNX converters give a regressor's answer a second axis of one; scikit-learn's predict has none.
    return values[:, 0] if values.ndim == 2 and values.shape[1] == 1 else values


def _listed(value: object) -> object:
    # Text, and what is not contiguous, orjson does not write by itself.
    return value.tolist() if isinstance(value, np.ndarray) else str(value)
