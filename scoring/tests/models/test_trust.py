"""Which files may be loaded at all."""

import hashlib
import json
import os
import pickle
import re

import pytest
import sklearn

from scoring.errors import ScoringError, StartupFailed
from scoring.models import trust
from scoring.models.trust import Trust


class Bomb:
    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.mkdir, (str(self.path),)


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def manifest(tmp_path, path, **changes):
    entry = {
        "name": "diabetes",
        "version": "4",
        "file": path.name,
        "sha256": digest(path),
    } | changes
    (tmp_path / "models.json").write_text(json.dumps({"models": [entry]}))


def test_an_unregistered_pickle_is_not_run(tmp_path, load):
    path = tmp_path / "model.pkl"
    path.write_bytes(pickle.dumps(Bomb(tmp_path / "gone-off")))
    with pytest.raises(StartupFailed, match=re.escape(digest(path))):
        load(Trust())
    assert not (tmp_path / "gone-off").exists()


def test_the_registered_digest_opens_it(ridge, put, load):
    path = put(ridge, "model.pkl")
    [model] = load(trust.parse(f"{'0' * 64}, {digest(path).upper()}"))
    assert model.platform == "sklearn_sklearn"


def test_the_manifest_names_and_opens_it(tmp_path, ridge, put, load):
    manifest(
        tmp_path,
        put(ridge, "model.pkl"),
        framework="scikit-learn",
        framework_version=sklearn.__version__,
    )
    [model] = load(Trust())
    assert (model.name, model.version) == ("diabetes", "4")


def test_the_manifest_counts_for_a_single_models_directory_too(tmp_path, ridge, put, load):
    from scoring.models import loading

    path = put(ridge, "diabetes/4/model.pkl")
    manifest(tmp_path, path, file="diabetes/4/model.pkl")
    [model] = loading.load_all(path.parent, Trust(), 1)
    assert (model.name, model.version) == ("diabetes", "4")


@pytest.mark.parametrize("file", ["model.pkl", "model.onnx"])
def test_a_file_that_was_changed_after_registration_is_refused(tmp_path, ridge, put, load, file):
    path = put(ridge, file)
    manifest(tmp_path, path)
    path.write_bytes(path.read_bytes() + b"\0")
    with pytest.raises(StartupFailed, match="changed after registration"):
        load(Trust(everything=True))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", "cannot be read"),
        ('{"models": [{}]}', "missing required field"),
        ('{"models": 1}', "array"),
    ],
)
def test_a_broken_manifest_is_refused(tmp_path, ridge, put, load, content, words):
    put(ridge, "model.pkl")
    (tmp_path / "models.json").write_text(content)
    with pytest.raises(StartupFailed, match=words):
        load()


def test_a_registered_file_that_is_missing_is_named(tmp_path, ridge, put, load):
    path = put(ridge, "model.pkl")
    manifest(tmp_path, path)
    path.unlink()
    with pytest.raises(StartupFailed, match=r"not there: .*model\.pkl"):
        load()


def test_all_problems_are_told_at_once(tmp_path, load):
    for name in ("a.pkl", "b.onnx"):
        (tmp_path / name).write_bytes(b"")
    with pytest.raises(StartupFailed, match=r"a\.pkl is empty.*b\.onnx is empty"):
        load()


def test_text_that_is_no_digest_is_refused():
    with pytest.raises(ScoringError, match="64 hexadecimal digits"):
        trust.parse("latest")
