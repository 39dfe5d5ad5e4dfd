"""A fitted estimator as a model: `predict`, and `predict_proba` where it has one."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from scoring.models.base import BadInput
from scoring.models.discovery import ModelFile
from scoring.models.estimator_inputs import Rows
from scoring.models.estimator_threads import ThreadLimit
from scoring.models.warmup import sample_inputs
from scoring.oip.datatypes import datatype_of
from scoring.signature import Signature, TensorSpec
from scoring.wording import shortened

logger = logging.getLogger("scoring.models")

PREDICT = "predict"
PROBABILITIES = "predict_proba"

# scikit-learn warns at each call when a model was fitted on a DataFrame and gets an array of the same columns.
_HARMLESS = "X (does not have valid feature names|has feature names)"

Method = Callable[[Any], Any]


class EstimatorModel:
    """`methods` are called on the X that `rows` builds; their names are the outputs' names."""

    batchable = True

    def __init__(
        self,
        file: ModelFile,
        platform: str,
        rows: Rows,
        methods: Mapping[str, Method],
        threads: int,
    ) -> None:
        self.name, self.version, self.platform = file.name, file.version, platform
        self._rows = rows
        self._methods = dict(methods)
        self._threads = ThreadLimit(threads)
        #: Texts that the estimator knows, by input.
        self.known_values = rows.known
        warnings.filterwarnings("ignore", _HARMLESS, UserWarning)
        self.signature: Signature | None = Signature(rows.specs, self._probe())

    def predict(
        self, inputs: Mapping[str, np.ndarray], outputs: Sequence[str] | None = None
    ) -> Mapping[str, np.ndarray]:
        self._threads.apply()
        rows = self._rows.build(inputs)
        names = self._methods if outputs is None else outputs
        try:
            return {name: _plain(self._methods[name](rows)) for name in names}
        except (ValueError, TypeError) as error:
            # scikit-learn's words for wrong rows: "X has 3 features, but ...", "Input X contains NaN".
            raise BadInput(shortened(" ".join(str(error).split()), 500)) from error

    def _probe(self) -> tuple[TensorSpec, ...]:
        """Outputs as one row shows them; this also warms the estimator up."""
        try:
            answer = self.predict(sample_inputs(self._rows.specs, known=self.known_values))
        except BadInput as bad:
            # A transformer of the user's may not like zeros; its rows will show whether all is well.
            logger.warning("%s:%s refuses a row of zeros: %s", self.name, self.version, bad)
            return tuple(TensorSpec(name, "FP64", (-1,)) for name in self._methods)
        return tuple(
            TensorSpec(name, datatype_of(values.dtype), (-1, *values.shape[1:]))
            for name, values in answer.items()
        )


def _plain(values: Any) -> np.ndarray:
    # A classifier with several outputs gives one array of probabilities for each.
    if isinstance(values, list):
        values = np.stack(values, axis=1)
    return np.asarray(values)
