"""What wrote a pickle is read from it, and none of its code is run."""

import importlib.metadata
import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest
from sklearn.linear_model import LinearRegression

from slipway.imagebuild import pickle_reading

WRITER = Path(__file__).parents[1] / "processes" / "pickled_models.py"
WAYS = [
    *(f"pickle{protocol}" for protocol in (0, 2, 5)),
    *(f"joblib-{way}" for way in ("plain", "zlib", "gzip", "bz2", "xz", "lzma")),
]
SKLEARN, XGBOOST = (importlib.metadata.version(name) for name in ("scikit-learn", "xgboost-cpu"))
MODULES = {
    "linear": "sklearn.linear_model._logistic",
    "forest": "sklearn.ensemble._forest",
    "pipeline": "sklearn.compose._column_transformer",
}


@pytest.fixture(scope="module")
def pickled(tmp_path_factory):
    """The folder with `<kind>-<way>` of every estimator."""
    folder = tmp_path_factory.mktemp("pickled")
    subprocess.run([sys.executable, "-W", "ignore", WRITER, folder], check=True)
    return folder


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", MODULES)
def test_scikit_learns_version_and_modules(kind, way, pickled):
    written = pickle_reading.read(pickled / f"{kind}-{way}")
    assert written.versions == {"sklearn": SKLEARN}
    assert MODULES[kind] in written.modules


@pytest.mark.parametrize("way", WAYS)
def test_xgboosts_version(way, pickled):
    assert pickle_reading.read(pickled / f"xgboost-{way}").versions == {"xgboost": XGBOOST}


@pytest.mark.parametrize("way", WAYS)
def test_lightgbm_does_not_write_its_version(way, pickled):
    written = pickle_reading.read(pickled / f"lightgbm-{way}")
    assert "lightgbm.sklearn" in written.modules
    assert "lightgbm" not in written.versions


class _Command:
    def __init__(self, line):
        self.line = line

    def __reduce__(self):
        return os.system, (self.line,)


def test_nothing_of_a_pickle_is_run(tmp_path):
    path, witness = tmp_path / "model.pkl", tmp_path / "ran"
    path.write_bytes(pickle.dumps(_Command(f"touch {witness}")))
    assert pickle_reading.read(path).modules == {os.system.__module__}
    assert not witness.exists()


def test_a_version_that_is_none_is_not_believed(tmp_path):
    path = tmp_path / "model.pkl"
    content = pickle.dumps(LinearRegression().fit([[1], [2]], [1, 2]), 0)
    version = f"V{SKLEARN}\n".encode()
    assert version in content
    path.write_bytes(content.replace(version, rb"V1 @ elsewhere\u000a--pre" + b"\n"))
    assert pickle_reading.read(path).versions == {}


@pytest.mark.parametrize("content", [b"weights", b"x\x9cbroken", b"\x80\x05", b"\x1f\x8bno"])
def test_what_is_no_pickle_is_told(content, tmp_path):
    path = tmp_path / "model.pkl"
    path.write_bytes(content)
    with pytest.raises(pickle_reading.UnreadablePickle):
        pickle_reading.read(path)
