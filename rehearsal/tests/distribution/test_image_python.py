"""Which Python an image wants."""

import pytest

from rehearsal.distribution import image_python

DIGEST = "sha256:" + "a" * 64


@pytest.mark.parametrize(
    ("base", "version"),
    [
        ("python:3.11-slim-bookworm", "3.11"),
        ("mirror.example:5000/library/python:3.12.4", "3.12.4"),
        (f"python:3.13@{DIGEST}", "3.13"),
        ("python:3", None),
        ("cpython:3.11", None),
        ("nginx:1.27", None),
    ],
)
def test_the_python_of_a_base(base, version):
    assert image_python.of_base(base) == version
