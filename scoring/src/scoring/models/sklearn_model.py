"""scikit-learn's estimators."""

from __future__ import annotations

from typing import Any

from scoring.models.discovery import ModelFile
from scoring.models.estimator import PREDICT, PROBABILITIES, EstimatorModel, Method
from scoring.models.estimator_inputs import rows_of
from scoring.models.estimator_threads import single_job


def serve(file: ModelFile, estimator: Any, threads: int) -> EstimatorModel:
    """Raises ScoringError when the estimator needs what is not installed."""
    single_job(estimator)
    return EstimatorModel(
        file, "sklearn_sklearn", rows_of(estimator), methods_of(estimator), threads
    )


def methods_of(estimator: Any) -> dict[str, Method]:
    methods: dict[str, Method] = {PREDICT: estimator.predict}
    if hasattr(estimator, "predict_proba"):
        methods[PROBABILITIES] = estimator.predict_proba
    return methods
