"""Trained estimators as files."""

import pickle

import joblib
import numpy as np
import pytest
from skl2onnx import to_onnx
from sklearn.datasets import load_diabetes, load_iris
from sklearn.linear_model import LogisticRegression, Ridge

from scoring.models import loading
from scoring.models.trust import Trust


@pytest.fixture(scope="session")
def iris():
    return load_iris(return_X_y=True)


@pytest.fixture(scope="session")
def diabetes():
    return load_diabetes(return_X_y=True)


@pytest.fixture(scope="session")
def ridge(diabetes):
    return Ridge(alpha=0.03).fit(*diabetes)


@pytest.fixture(scope="session")
def classifier(iris):
    return LogisticRegression(max_iter=1000).fit(*iris)


@pytest.fixture
def put(tmp_path):
    """put(estimator, "name/1/model.pkl") writes a pickle, a joblib file or ONNX by its ending."""

    def write(estimator, where, columns=None):
        path = tmp_path / where
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".onnx":
            sample = np.zeros((1, columns or estimator.n_features_in_), np.float32)
            path.write_bytes(to_onnx(estimator, sample).SerializeToString())
        elif path.suffix == ".joblib":
            joblib.dump(estimator, path, compress=3)
        else:
            path.write_bytes(pickle.dumps(estimator))
        return path

    return write


@pytest.fixture
def load(tmp_path):
    """load() gives the models below tmp_path; every pickle is trusted unless told otherwise."""

    def load_all(trust=None):
        return loading.load_all(tmp_path, trust or Trust(everything=True), 1)

    return load_all
