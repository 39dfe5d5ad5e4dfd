"""The environment of a model without a script and without a conda file."""

import hashlib
import pickle
import sys

import lightgbm
import numpy as np
import pytest
import sklearn
import xgboost
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LinearRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from slipway.imagebuild import __main__ as command
from slipway.imagebuild import bare_models
from slipway.imagebuild.context import ContextSpec, ModelFile, content_key, stage
from slipway.imagebuild.errors import BuildInputError

ROWS = np.arange(40.0).reshape(20, 2)
TARGET = ROWS[:, 0]
RIDGE = Ridge().fit(ROWS, TARGET)
SKLEARN = f"scikit-learn=={sklearn.__version__}"


@pytest.fixture
def bare(tmp_path):
    """bare(estimator or bytes, "model.pkl", framework=...) -> ModelFile."""

    def make(content, file="model.pkl", *, name="diabetes", version=1, **registered):
        path = tmp_path / file
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_bytes(pickle.dumps(content))
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        return ModelFile(name=name, version=version, path=path, sha256=sha256, **registered)

    return make


@pytest.fixture
def no_resolving(monkeypatch):
    """The lock is what was asked for, so that nothing is resolved."""
    monkeypatch.setattr(
        "slipway.imagebuild.lock.lock",
        lambda environment, _cache, extras: "\n".join((*environment.requirements, *extras)),
    )


def requirements(*models):
    return set(bare_models.environment(models).requirements)


def refusal(*models):
    with pytest.raises(BuildInputError) as refused:
        bare_models.environment(models)
    return str(refused.value)


def lightgbm_model():
    model = lightgbm.LGBMRegressor(n_estimators=2, verbose=-1, min_child_samples=2)
    return model.fit(ROWS, TARGET)


def test_scikit_learn_is_the_version_that_wrote_the_pickle(bare):
    assert SKLEARN in requirements(bare(RIDGE))


def test_xgboost_comes_without_what_only_gpus_need(bare):
    model = xgboost.XGBRegressor(n_estimators=2).fit(ROWS, TARGET)
    assert requirements(bare(model)) >= {f"xgboost-cpu=={xgboost.__version__}", "scikit-learn"}


def test_lightgbm_is_the_version_it_was_registered_with(bare):
    model = bare(lightgbm_model(), framework="LightGBM", framework_version="4.6.0")
    assert "lightgbm==4.6.0" in requirements(model)
    assert "frameworkVersion" in refusal(bare(lightgbm_model()))


def test_onnx_needs_nothing_but_the_runtimes_loader(bare):
    model = bare(b"onnx", "model.onnx", framework="Onnx", framework_version="1.16")
    assert requirements(model) == set()
    pinned = bare(b"onnx", "model.onnx", framework="OnnxRuntime", framework_version="1.20.1")
    assert requirements(pinned) == {"onnxruntime==1.20.1"}


def test_columns_by_name_need_pandas(bare):
    chosen = ColumnTransformer([("scaled", StandardScaler(), [0])])
    model = make_pipeline(chosen, LinearRegression()).fit(ROWS, TARGET)
    assert "pandas" in requirements(bare(model))
    assert "pandas" not in requirements(bare(RIDGE))


def test_numpy_is_on_the_side_of_version_2_that_wrote_the_pickle(bare):
    content = pickle.dumps(RIDGE, 0)
    assert "numpy>=2" in requirements(bare(content))
    older = content.replace(b"numpy._core", b"numpy.core")
    assert "numpy<2" in requirements(bare(older))


def test_an_old_scikit_learn_gets_the_numpy_that_it_knows(bare):
    version = sklearn.__version__.encode()
    # Not fitted, so nothing in it is NumPy's; joblib's files do not name NumPy's modules either.
    old = pickle.dumps(Ridge(), 0).replace(b"V" + version + b"\n", b"V1.3.2\n")
    assert requirements(bare(old)) == {"scikit-learn==1.3.2", "numpy<2"}


def test_a_registration_that_contradicts_the_pickle_is_refused(bare):
    text = refusal(bare(RIDGE, framework="ScikitLearn", framework_version="1.0.2"))
    assert "1.0.2" in text
    assert f"was written by {sklearn.__version__}" in text
    wrong = refusal(bare(RIDGE, framework="ScikitLearn", framework_version="newest"))
    assert "'newest'" in wrong


class Own:
    def predict(self, rows):
        return rows


def test_what_no_library_of_ours_has_is_named(bare):
    text = refusal(bare(Own()))
    assert Own.__module__.partition(".")[0] in text
    assert "conda file" in text
    assert "no estimator" in refusal(bare({"weights": [1, 2]}))
    assert "cannot be read as a pickle" in refusal(bare(b"weights"))


def test_every_model_is_told_at_once(bare):
    text = refusal(bare(b"weights", "a.pkl", name="first"), bare(Own(), "b.pkl", name="second"))
    assert "first" in text
    assert "second" in text


@pytest.mark.usefixtures("no_resolving")
@pytest.mark.parametrize(
    ("files", "extras"),
    [
        (["a.onnx"], {"grpc", "onnx"}),
        (["a.joblib"], {"grpc", "pickle"}),
        (["a.ONNX", "b.pickle"], {"grpc", "onnx", "pickle"}),
    ],
)
def test_an_image_holds_the_loaders_of_its_models_and_no_others(bare, files, extras, tmp_path):
    models = tuple(
        bare(b"onnx" if file.lower().endswith("onnx") else RIDGE, file, name=file[0])
        for file in files
    )
    folder = stage(ContextSpec(models=models), tmp_path / "contexts")
    lines = set((folder / "requirements.lock").read_text().splitlines())
    assert lines & {"grpc", "onnx", "pickle"} == extras


@pytest.mark.usefixtures("no_resolving")
def test_lightgbm_gets_a_base_image_with_libgomp(bare, tmp_path):
    def base(model):
        text = (
            stage(ContextSpec(models=(model,)), tmp_path / "contexts") / "Dockerfile"
        ).read_text()
        return text.splitlines()[0]

    assert "slim" in base(bare(RIDGE))
    boosted = bare(lightgbm_model(), "b.pkl", framework="lightgbm", framework_version="4.6.0")
    assert "slim" not in base(boosted)


@pytest.mark.usefixtures("no_resolving")
def test_a_file_that_no_loader_knows_needs_a_script(bare):
    with pytest.raises(
        BuildInputError, match=r"model\.h5 cannot be served without an entry script"
    ):
        content_key(ContextSpec(models=(bare(b"weights", "model.h5"),)))


@pytest.mark.usefixtures("no_resolving")
def test_a_version_beside_another_is_the_same_image_in_either_order(bare, tmp_path):
    old = bare(RIDGE, "old.pkl", version=1)
    new = bare(Ridge(alpha=5).fit(ROWS, TARGET), "new.pkl", version=2)
    here, there = ContextSpec(models=(old, new)), ContextSpec(models=(new, old))
    first = stage(here, tmp_path / "contexts")
    assert stage(there, tmp_path / "contexts") == first
    assert content_key(here) == content_key(there) != content_key(ContextSpec(models=(new,)))
    assert (first / "models/diabetes/1/old.pkl").is_file()
    assert (first / "models/diabetes/2/new.pkl").is_file()
    with pytest.raises(BuildInputError, match="diabetes:1 is named twice"):
        content_key(ContextSpec(models=(old, old)))


@pytest.mark.usefixtures("no_resolving")
def test_what_a_model_was_registered_with_is_part_of_the_image(bare):
    said = bare(RIDGE, framework="ScikitLearn", framework_version=sklearn.__version__)
    assert content_key(ContextSpec(models=(said,))) != content_key(
        ContextSpec(models=(bare(RIDGE),))
    )


def test_a_lock_that_is_committed_beside_the_model_is_the_images(bare, tmp_path, monkeypatch):
    model = bare(RIDGE)
    with monkeypatch.context() as changed:
        changed.setattr(
            "slipway.imagebuild.lock._resolve", lambda environment, _: "threadpoolctl==3.5.0\n"
        )
        changed.setattr(sys, "argv", ["imagebuild", "lock", str(model.path)])
        assert command.main() == 0
    folder = stage(ContextSpec(models=(model,)), tmp_path / "contexts", tmp_path / "cache")
    assert "threadpoolctl==3.5.0" in (folder / "requirements.lock").read_text()
    assert not (tmp_path / "cache").exists()
