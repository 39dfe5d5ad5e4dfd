"""Which Python an image wants, by all that an image can tell of it."""

import re
from collections.abc import Mapping

LABEL = "io.slipway.python"
"""Names the version (`3.11`). Such an image also promises to write below /tmp only."""
BASE_ANNOTATION = "org.opencontainers.image.base.name"
"""Where a manifest names its base image."""
_VARIABLE = (
    "PYTHON_VERSION"  # in the environment of Python's own image, and of all that is built on it
)
# `python:3.11-slim-bookworm`, `mirror.example/library/python:3.11`.
_BASE = re.compile(r"(?:^|/)python:(\d+\.\d+(?:\.\d+)?)(?:-|$|@)")
_BY_DIGEST = re.compile(r"(?:^|/)python@sha256:")


def is_pythons(name: str) -> bool:
    """Whether the base is Python's own image; by its digest alone it does not tell the version."""
    return of_base(name) is not None or _BY_DIGEST.search(name) is not None


def of_base(name: str) -> str | None:
    """The version in the name of Python's own base image; None for another image."""
    match = _BASE.search(name)
    return match[1] if match else None


def of_image(labels: Mapping[str, str], environment: Mapping[str, str], base: str) -> str | None:
    """The version that the label names, else the base's name, else the variable of Python's own image."""
    return labels.get(LABEL) or of_base(base) or environment.get(_VARIABLE)
