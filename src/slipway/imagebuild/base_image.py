"""The image that an image is built on: Python's own, or one that is named; by its digest, or by a tag that moves."""

import re
from collections.abc import Iterable

from slipway.imagebuild import bare_models

# `python:3.11-slim-bookworm`, `mirror.example/library/python:3.11@sha256:…`.
_PYTHONS = re.compile(r"(?:^|/)python:(\d+\.\d+)")


def default(python: str, *, slim: bool = True) -> str:
    """Python's own image of that version, slim or whole."""
    return f"python:{python}-slim-bookworm" if slim else f"python:{python}-bookworm"


def default_for(python: str, requirements: Iterable[str]) -> str:
    """The one that these packages can be run on."""
    return default(python, slim=not bare_models.needs_openmp(requirements))


def advice(reference: str) -> str | None:
    """In a preview: what a base that is named by a tag alone means, or None for one by digest."""
    if "@sha256:" in reference:
        return None
    return (
        f"the base image {reference} is named by a tag, under which there may be another image tomorrow; for the "
        f"same image from the same commit name its digest as well: baseImage {reference}@sha256:… (docs/packages.md)"
    )


def refusal(reference: str, python: str) -> str | None:
    """Why an image of this Python cannot be built on Python's own image of another."""
    match = _PYTHONS.search(reference)
    wanted = ".".join(python.split(".")[:2])
    if match is None or match[1] == wanted:
        return None
    return (
        f"must have the image's Python, {wanted}, got {reference!r}: name one of that version, or set the image's "
        f"Python to {match[1]}"
    )
