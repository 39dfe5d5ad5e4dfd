"""Pickled estimators of scikit-learn, XGBoost and LightGBM, told apart by what the pickle holds."""

from __future__ import annotations

import importlib
import io
import pickle
from collections.abc import Callable
from typing import Any

from scoring.errors import ScoringError
from scoring.models.base import Model
from scoring.models.discovery import ModelFile
from scoring.models.sklearn_version import check_recorded, refusing_other_versions

#: Library of a class in the estimator's ancestry, to the module that serves such estimators. The first one found
#: counts: XGBoost's and LightGBM's estimators descend from scikit-learn's.
_ADAPTERS = {
    "xgboost": "scoring.models.xgboost_model",
    "lightgbm": "scoring.models.lightgbm_model",
    "sklearn": "scoring.models.sklearn_model",
}


def load(model: ModelFile, content: bytes, threads: int) -> Model:
    """`content` are the checked bytes of the file. Raises ScoringError with the reason and what to do."""
    check_recorded(model, content)
    with refusing_other_versions(model):
        estimator = _unpickled(model, content)
    return _adapter(model, estimator)(model, estimator, threads)


def _unpickled(model: ModelFile, content: bytes) -> Any:
    read = _reader()
    try:
        return read(io.BytesIO(content))
    except ModuleNotFoundError as missing:
        raise ScoringError(
            f"{model.path} needs the module {missing.name!r}, which is not installed; install slipway-scoring[pickle] "
            "and the libraries that it was trained with (in an image: add them to the conda file)"
        ) from None
    except (Exception, RecursionError) as error:
        if type(error).__name__ == "InconsistentVersionWarning":
            raise
        raise ScoringError(
            f"{model.path} cannot be unpickled: {type(error).__name__}: {error}; "
            "it must be a pickle or joblib file of an estimator, written with the versions that are installed here"
            f"{'' if read is not pickle.load else '; joblib files need slipway-scoring[pickle]'}"
        ) from error


def _reader() -> Callable[[io.BytesIO], Any]:
    try:
        joblib = importlib.import_module("joblib")
    except ImportError:
        return pickle.load
    # Reads what joblib.dump wrote, compressed or not, and plain pickles too.
    return joblib.load  # type: ignore[no-any-return]  # joblib has no types


def _adapter(model: ModelFile, estimator: Any) -> Callable[[ModelFile, Any, int], Model]:
    if callable(getattr(estimator, "predict", None)):
        for ancestor in type(estimator).__mro__:
            library = ancestor.__module__.partition(".")[0]
            if library in _ADAPTERS:
                return importlib.import_module(_ADAPTERS[library]).serve  # type: ignore[no-any-return]  # by name
    kind = f"{type(estimator).__module__}.{type(estimator).__qualname__}"
    raise ScoringError(
        f"{model.path} holds a {kind}; served without a score.py are fitted estimators of "
        "scikit-learn, XGBoost and LightGBM"
    )
