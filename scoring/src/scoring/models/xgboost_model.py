"""XGBoost: estimators in scikit-learn's manner, and bare boosters."""

from __future__ import annotations

from typing import Any

from scoring.models.discovery import ModelFile
from scoring.models.estimator import PREDICT, EstimatorModel
from scoring.models.estimator_inputs import Matrix
from scoring.models.estimator_threads import single_job
from scoring.models.sklearn_model import methods_of

_PLATFORM = "xgboost_xgboost"


def serve(file: ModelFile, estimator: Any, threads: int) -> EstimatorModel:
    if hasattr(estimator, "get_booster"):
        single_job(estimator)
        estimator.get_booster().set_param({"nthread": 1})
        rows = Matrix(int(estimator.n_features_in_))
        return EstimatorModel(file, _PLATFORM, rows, methods_of(estimator), threads)
    estimator.set_param({"nthread": 1})
    rows = Matrix(int(estimator.num_features()))
    methods = {PREDICT: lambda matrix: estimator.inplace_predict(matrix, validate_features=False)}
    return EstimatorModel(file, _PLATFORM, rows, methods, threads)
