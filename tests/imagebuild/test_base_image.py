"""Base images by tag and by digest."""

import pytest

from slipway.imagebuild import base_image
from slipway.imagebuild.context import content_key
from slipway.imagebuild.errors import BuildInputError

DIGEST = f"@sha256:{'0123456789abcdef' * 4}"


@pytest.mark.parametrize(
    "base",
    [
        f"python{DIGEST}",
        f"python:3.11-slim-bookworm{DIGEST}",
        f"mirror.example:5000/library/python:3.11{DIGEST}",
        "acme.azurecr.io/base:7",
    ],
)
def test_each_base_is_another_image(project, base):
    assert content_key(project.spec(base_image=base)) != content_key(project.spec())


@pytest.mark.parametrize(
    "base", ["python@sha256:abc", f"python{DIGEST[:-1]}", f"python{DIGEST}0", "python@latest"]
)
def test_half_a_digest_is_refused(project, base):
    with pytest.raises(BuildInputError) as refusal:
        content_key(project.spec(base_image=base))
    assert "best with its digest" in refusal.value.problems["base_image"]


def test_a_base_of_another_python_is_refused(project):
    """Wheels of one Python do not load in another: the container would end at its start."""
    with pytest.raises(BuildInputError) as refusal:
        content_key(project.spec(base_image=f"mirror.example/python:3.12-slim{DIGEST}"))
    why = refusal.value.problems["base_image"]
    assert why.startswith("must have the image's Python, 3.11, got 'mirror.example/python:3.12-")
    assert base_image.refusal("python:3.11.7-slim", "3.11") is None
    assert base_image.refusal("acme.example/base:3.12", "3.11") is None
