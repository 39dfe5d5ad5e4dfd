"""A folder as a model, from a first preview to the service that reads it, and to one file of it that changes."""

import pytest

from tests.harness import consistency

pytestmark = [pytest.mark.engine, pytest.mark.timeout(900)]

SCORE = """
import os
from pathlib import Path
from azureml.core.model import Model


def init():
    global folder
    folder = Path(Model.get_model_path("diabetes"))
    assert folder.parent == Path(os.environ["AZUREML_MODEL_DIR"])


def run(data):
    try:
        Model.get_model_path("diabetes", version=9)
    except Exception as error:
        refusal = f"{type(error).__name__}: {error}"
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return [folder.name, {str(path.relative_to(folder)): path.read_text() for path in files}, refusal]
"""
FILES = {
    "assets/vocabulary.txt": "",
    "saved_model.pb": "graph",
    "variables/variables.data-00000-of-00001": "weights",
}


def test_a_saved_model_is_deployed_and_one_file_of_it_changes(deployment):
    engine = deployment.engine
    folder = deployment.example / "export"
    for path, text in {**FILES, "variables/.DS_Store": "a tool's"}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    (deployment.example / "score.py").write_text(SCORE)
    deployment.configure("slipway:models", {"diabetes": {"path": "examples/diabetes/export"}})
    deployment.configure("slipway:images.diabetes-image.models", ["diabetes"])

    told = engine.preview().check().text
    assert "examples/diabetes/export is the model: 3 files, 12 bytes" in told
    assert "left out: variables/.DS_Store" in told
    engine.up().check()
    name, files, refusal = deployment.score()
    assert (name, files) == ("export", FILES)
    assert refusal.startswith("ModelNotFoundException: Model 'diabetes' version 9 not found in ")
    assert refusal.endswith("; versions in the image: 1.")
    assert engine.preview("--expect-no-changes").ok

    (folder / "variables/variables.data-00000-of-00001").write_text("retrained")
    engine.up().check()
    assert deployment.score()[1]["variables/variables.data-00000-of-00001"] == "retrained"
    assert deployment.output("images.diabetes-image.models") == "['diabetes:2']"
    assert consistency.problems(deployment) == []

    # The version before, which is in the registry alone.
    deployment.configure("slipway:models", None)
    deployment.configure("slipway:images.diabetes-image.models", ["diabetes:1"])
    engine.up().check()
    assert deployment.score()[1] == FILES

    # What cannot be a model is refused with its setting, before anything is touched.
    (folder / "outside").symlink_to("/etc/hostname")
    deployment.configure("slipway:models", {"diabetes": {"path": "examples/diabetes/export"}})
    refused = engine.preview()
    assert not refused.ok
    told = " ".join(refused.text.split())
    assert "slipway:models.diabetes.path names a folder that cannot be a model" in told
    assert "export/outside is a link to a file outside, which a model cannot hold" in told
