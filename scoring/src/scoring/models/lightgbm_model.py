"""LightGBM: estimators in scikit-learn's manner, and bare boosters."""

from __future__ import annotations

from functools import partial
from typing import Any

from scoring.models.discovery import ModelFile
from scoring.models.estimator import PREDICT, EstimatorModel
from scoring.models.estimator_inputs import Matrix
from scoring.models.estimator_threads import single_job
from scoring.models.sklearn_model import methods_of

_PLATFORM = "lightgbm_lightgbm"
_ONE_THREAD: dict[str, Any] = {"num_threads": 1}


def serve(file: ModelFile, estimator: Any, threads: int) -> EstimatorModel:
    if hasattr(estimator, "booster_"):
        single_job(estimator)
        rows = Matrix(int(estimator.n_features_in_))
        methods = methods_of(estimator)
    else:
        rows = Matrix(int(estimator.num_feature()))
        methods = {PREDICT: estimator.predict}
    one_thread = {name: partial(method, **_ONE_THREAD) for name, method in methods.items()}
    return EstimatorModel(file, _PLATFORM, rows, one_thread, threads)
