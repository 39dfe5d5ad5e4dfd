"""Where models are found and how they are named."""

import pytest

from scoring.errors import ScoringError
from scoring.models import discovery


@pytest.mark.parametrize(
    ("files", "named"),
    [
        (["model.pkl"], [("model", "1")]),
        (["a.onnx", "b.joblib"], [("a", "1"), ("b", "1")]),
        (["diabetes/3/model.pkl"], [("diabetes", "3")]),
        (
            ["diabetes/3/model.pkl", "diabetes/10/model.pkl"],
            [("diabetes", "10"), ("diabetes", "3")],
        ),
        (["diabetes/3/a.pkl", "diabetes/3/b.onnx"], [("a", "3"), ("b", "3")]),
        (["azureml-models/diabetes/3/model.onnx", "score.py"], [("diabetes", "3")]),
        (["iris/model.pickle", "iris/README.md"], [("iris", "1")]),
        ([".git/x.pkl", "_old/y.onnx", "z.onnx"], [("z", "1")]),
    ],
)
def test_names_and_versions_come_from_the_folders(tmp_path, files, named):
    for file in files:
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_bytes(b"x")
    found = discovery.find(tmp_path)
    assert sorted((model.name, model.version) for model in found) == sorted(named)


def test_the_directory_of_one_model_is_named_by_its_own_path(tmp_path):
    version = tmp_path / "diabetes" / "7"
    version.mkdir(parents=True)
    (version / "model.pkl").write_bytes(b"x")
    [model] = discovery.find(version)
    assert (model.name, model.version) == ("diabetes", "7")


def test_two_files_for_one_version_are_refused_by_name(tmp_path):
    for file in ("model.pkl", "model.onnx"):
        (tmp_path / file).write_bytes(b"x")
    with pytest.raises(ScoringError, match=r"model:1 is .*model\.onnx and .*model\.pkl"):
        discovery.find(tmp_path)
