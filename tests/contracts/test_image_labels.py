"""What one room writes into an image and another reads from it has one name in both."""

from imagebuild import content, dockerfile
from registry import media_types
from rehearsal.runtimes import pull


def test_the_registry_reads_the_labels_that_the_build_writes():
    assert content.CONTENT_KEY_LABEL == media_types.LABEL_CONTENT_KEY
    assert content.MODELS_LABEL == media_types.LABEL_MODELS


def test_the_runtime_reads_the_python_that_the_build_writes():
    assert dockerfile.PYTHON_LABEL == pull.PYTHON_LABEL
