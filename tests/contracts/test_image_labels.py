"""What one room writes into an image and another reads from it has one name in both."""

import hashlib

from imagebuild import content, dockerfile
from imagebuild.context import ContextSpec, ModelFile, stage
from registry import media_types
from rehearsal.runtimes import pull
from scoring.models import manifest


def test_the_registry_reads_the_labels_that_the_build_writes():
    assert content.CONTENT_KEY_LABEL == media_types.LABEL_CONTENT_KEY
    assert content.MODELS_LABEL == media_types.LABEL_MODELS


def test_the_runtime_reads_the_python_that_the_build_writes():
    assert dockerfile.PYTHON_LABEL == pull.PYTHON_LABEL


def test_the_runtime_trusts_a_bare_model_by_the_manifest_that_the_build_writes(tmp_path):
    model = tmp_path / "model.onnx"
    model.write_bytes(b"weights")
    sha256 = hashlib.sha256(b"weights").hexdigest()
    file = ModelFile(name="bare", version=3, path=model, sha256=sha256)
    staged = stage(ContextSpec(models=(file,)), tmp_path / "contexts")

    (entry,) = manifest.find(staged / "models").values()
    assert (entry.name, entry.version, entry.sha256) == ("bare", "3", sha256)
    assert (staged / "models" / entry.file).read_bytes() == b"weights"
