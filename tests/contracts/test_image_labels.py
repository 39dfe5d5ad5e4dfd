"""What one room writes into an image and another reads from it has one name in both."""

import hashlib
import pickle

import pytest
import sklearn
from sklearn.linear_model import Ridge

from rehearsal.distribution import image_python
from scoring.errors import StartupFailed
from scoring.models import loading, manifest
from scoring.models.trust import Trust
from slipway.imagebuild import content, dockerfile
from slipway.imagebuild.context import ContextSpec, ModelFile, stage
from slipway.registry import media_types


def test_the_registry_reads_the_labels_that_the_build_writes():
    assert content.CONTENT_KEY_LABEL == media_types.LABEL_CONTENT_KEY
    assert content.MODELS_LABEL == media_types.LABEL_MODELS
    assert content.INSIGHTS_LABEL == media_types.LABEL_INSIGHTS


def test_the_runtime_reads_the_python_that_the_build_writes():
    assert dockerfile.PYTHON_LABEL == image_python.LABEL


def test_the_runtime_trusts_a_bare_model_by_the_manifest_that_the_build_writes(tmp_path):
    model = tmp_path / "model.onnx"
    model.write_bytes(b"weights")
    sha256 = hashlib.sha256(b"weights").hexdigest()
    file = ModelFile(name="bare", version=3, path=model, sha256=sha256)
    staged = stage(ContextSpec(models=(file,)), tmp_path / "contexts")

    (entry,) = manifest.find(staged / "models").values()
    assert (entry.name, entry.version, entry.sha256) == ("bare", "3", sha256)
    assert (staged / "models" / entry.file).read_bytes() == b"weights"


@pytest.fixture
def served(tmp_path, monkeypatch):
    """A bare pickle as its image's runtime finds it: the models folder, and the model in it."""
    monkeypatch.setattr("slipway.imagebuild.lock.lock", lambda *_: "# locked\n")
    path = tmp_path / "model.pkl"
    path.write_bytes(pickle.dumps(Ridge().fit([[1.0], [2.0]], [1.0, 2.0])))
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()

    def stage_with(**registered):
        file = ModelFile(name="bare", version=3, path=path, sha256=sha256, **registered)
        models = stage(ContextSpec(models=(file,)), tmp_path / "contexts") / "models"
        return models, models / "bare" / "3" / "model.pkl"

    return stage_with


def test_a_registered_pickle_is_trusted_and_a_changed_one_is_refused(served):
    models, file = served()
    (loaded,) = loading.load_all(models / "bare" / "3", Trust(), 1)
    assert (loaded.name, loaded.version) == ("bare", "3")
    file.write_bytes(pickle.dumps(Ridge(alpha=9).fit([[1.0], [2.0]], [1.0, 2.0])))
    with pytest.raises(StartupFailed, match=r"bare:3 was registered with .* changed after regis"):
        loading.load_all(models / "bare" / "3", Trust(), 1)


def test_the_version_at_training_is_compared_with_the_images(served, monkeypatch):
    recorded = {"framework": "ScikitLearn", "framework_version": sklearn.__version__}
    models, _ = served(**recorded)
    assert len(loading.load_all(models, Trust(), 1)) == 1
    monkeypatch.setattr(sklearn, "__version__", "1.0.2")
    with pytest.raises(
        StartupFailed, match=r"registered with .*, but scikit-learn 1\.0\.2 is inst"
    ):
        loading.load_all(models, Trust(), 1)
