"""Pickles of scikit-learn, XGBoost and LightGBM served without code."""

import json
import pickle
import re

import lightgbm
import numpy as np
import pandas as pd
import pytest
import sklearn
import xgboost
from sklearn.compose import make_column_transformer
from sklearn.ensemble import RandomForestClassifier, VotingClassifier
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from scoring.errors import StartupFailed
from scoring.models.base import BadInput
from scoring.signature import TensorSpec


@pytest.mark.parametrize("file", ["model.pkl", "model.joblib"])
def test_a_regressor(ridge, diabetes, put, load, file):
    put(ridge, file)
    [model] = load()
    rows = diabetes[0][:5]
    assert model.signature.inputs == (TensorSpec("input", "FP64", (-1, 10)),)
    assert model.signature.outputs == (TensorSpec("predict", "FP64", (-1,)),)
    assert model.predict({"input": rows})["predict"].tolist() == ridge.predict(rows).tolist()


def test_a_classifier_with_named_classes(iris, put, load):
    rows, numbers = iris
    names = np.array(["setosa", "versicolor", "virginica"])[numbers]
    fitted = LogisticRegression(max_iter=1000).fit(rows, names)
    put(fitted, "model.pkl")
    [model] = load()
    assert [(spec.name, spec.datatype, spec.shape) for spec in model.signature.outputs] == [
        ("predict", "BYTES", (-1,)),
        ("predict_proba", "FP64", (-1, 3)),
    ]
    answer = model.predict({"input": rows[:3]})
    assert answer["predict"].tolist() == fitted.predict(rows[:3]).tolist()
    assert set(model.predict({"input": rows[:3]}, ["predict"])) == {"predict"}


def boosted(kind, rows, classes):
    if kind == "XGBClassifier":
        return xgboost.XGBClassifier(n_estimators=3, n_jobs=4).fit(rows, classes)
    if kind == "XGBoost Booster":
        return xgboost.train({"nthread": 4}, xgboost.DMatrix(rows, classes), 3)
    if kind == "LGBMClassifier":
        return lightgbm.LGBMClassifier(n_estimators=3, n_jobs=4, verbose=-1).fit(rows, classes)
    return lightgbm.train({"verbose": -1}, lightgbm.Dataset(rows, classes), 3)


@pytest.mark.parametrize(
    ("kind", "platform"),
    [
        ("XGBClassifier", "xgboost_xgboost"),
        ("XGBoost Booster", "xgboost_xgboost"),
        ("LGBMClassifier", "lightgbm_lightgbm"),
        ("LightGBM Booster", "lightgbm_lightgbm"),
    ],
)
def test_boosters(iris, put, load, kind, platform):
    rows, classes = iris
    fitted = boosted(kind, rows, classes)
    put(fitted, "model.pkl")
    [model] = load()
    assert model.platform == platform
    assert model.signature.inputs[0].shape == (-1, 4)
    expected = fitted.predict(xgboost.DMatrix(rows) if kind == "XGBoost Booster" else rows)
    np.testing.assert_array_equal(model.predict({"input": rows}, ["predict"])["predict"], expected)


def test_texts(put, load):
    fitted = make_pipeline(CountVectorizer(), LinearRegression()).fit(["aa bb", "cc"], [1, 2])
    put(fitted, "model.pkl")
    [model] = load()
    assert model.signature.inputs == (TensorSpec("input", "BYTES", (-1,)),)
    answer = model.predict({"input": np.array(["cc", "aa"], object)})["predict"]
    np.testing.assert_allclose(answer, fitted.predict(["cc", "aa"]))


def test_a_table_with_named_columns_of_text_and_numbers(put, load):
    table = pd.DataFrame({"colour": ["red", "blue", "red"], "weight": [1.0, 2.0, 3.0]})
    encoder = make_column_transformer(
        (OneHotEncoder(handle_unknown="ignore"), ["colour"]), (StandardScaler(), ["weight"])
    )
    fitted = make_pipeline(encoder, LinearRegression()).fit(table, [1, 2, 3])
    put(fitted, "model.pkl")
    [model] = load()
    assert [(spec.name, spec.datatype) for spec in model.signature.inputs] == [
        ("colour", "BYTES"),
        ("weight", "FP64"),
    ]
    rows = {"colour": np.array(["blue", "red"], object), "weight": np.array([5.0, 6.0])}
    np.testing.assert_allclose(model.predict(rows)["predict"], fitted.predict(pd.DataFrame(rows)))


def test_no_estimator_starts_threads_of_its_own(iris, put, load):
    forest = RandomForestClassifier(n_estimators=2, n_jobs=4)
    voting = VotingClassifier([("forest", make_pipeline(StandardScaler(), forest))], n_jobs=2).fit(
        *iris
    )
    put(voting, "model.pkl")
    [model] = load()
    inside = model._methods["predict"].__self__
    jobs = {name: value for name, value in inside.get_params().items() if name.endswith("n_jobs")}
    assert set(jobs.values()) == {1}
    assert inside.estimators_[0].steps[-1][1].n_jobs == 1


def test_rows_that_the_estimator_refuses_are_the_clients_fault(ridge, put, load):
    put(ridge, "model.pkl")
    [model] = load()
    with pytest.raises(BadInput, match="NaN"):
        model.predict({"input": np.full((1, 10), np.nan)})


OTHER = "0.19.1"


def older(estimator):
    return pickle.dumps(estimator).replace(
        f"\x8c{chr(len(sklearn.__version__))}{sklearn.__version__}".encode("latin1"),
        f"\x8c{chr(len(OTHER))}{OTHER}".encode("latin1"),
    )


def both_versions_named():
    return re.compile(rf"{re.escape(OTHER)}.*{re.escape(sklearn.__version__)}")


def test_another_version_in_the_pickle_refuses_before_it_is_run(tmp_path, ridge, load):
    (tmp_path / "model.pkl").write_bytes(older(ridge))
    with pytest.raises(StartupFailed, match=both_versions_named()):
        load()


def test_another_version_in_a_joblib_file_refuses(tmp_path, ridge, put, load, monkeypatch):
    path = put(ridge, "model.joblib")
    monkeypatch.setattr("sklearn.base.__version__", OTHER)
    path = put(ridge, "model.joblib")
    monkeypatch.undo()
    assert OTHER.encode() not in path.read_bytes()  # it is compressed: only loading can tell
    with pytest.raises(StartupFailed, match=both_versions_named()):
        load()


@pytest.mark.parametrize("framework", ["scikit-learn", "ScikitLearn"])
def test_another_version_in_the_manifest_refuses(tmp_path, ridge, put, load, framework):
    import hashlib

    content = put(ridge, "model.pkl").read_bytes()
    entry = {
        "name": "m",
        "version": "1",
        "file": "model.pkl",
        "sha256": hashlib.sha256(content).hexdigest(),
        "framework": framework,
        "framework_version": OTHER,
    }
    (tmp_path / "models.json").write_text(json.dumps({"models": [entry]}))
    with pytest.raises(StartupFailed, match=both_versions_named()):
        load()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"not a pickle", "cannot be unpickled"),
        (b"\x80\x04cno_such_module\nThing\n.", "module 'no_such_module'.*not installed"),
        (pickle.dumps({"weights": [1, 2]}), r"holds a builtins\.dict"),
        (pickle.dumps(StandardScaler()), "StandardScaler"),
    ],
)
def test_what_is_no_estimator_is_refused_with_the_reason(tmp_path, load, content, words):
    (tmp_path / "model.pkl").write_bytes(content)
    with pytest.raises(StartupFailed, match=words):
        load()
