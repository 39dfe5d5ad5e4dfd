"""Names of models and images, and the repositories they live in.

Rules are Azure ML's. Its model names may hold capitals and separators that OCI repositories may
not: such a name gets a repository made of its lower-case form and a hash of the name.
"""

import hashlib
import re

from slipway.registry.errors import RegistryError

MODELS = "models/"
IMAGES = "images/"
_MODEL = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9\-._]{0,254}")
_IMAGE = re.compile(r"[a-z0-9]([-.a-z0-9]*[a-z0-9])?")
_COMPONENT = re.compile(r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*")
_HASHED = re.compile(r".*--[0-9a-f]{16}")
_MAX_COMPONENT = 128


def model(name: str) -> str:
    """`name`, or RegistryError."""
    if not _MODEL.fullmatch(name):
        raise RegistryError(
            "A model's name must be 1-255 letters, digits, '-', '.' or '_' and begin with a letter "
            f"or digit, got {name!r}."
        )
    return name


def image(name: str) -> str:
    """`name`, or RegistryError."""
    if not is_image(name):
        raise RegistryError(
            "An image's name must be 3-32 lower-case letters, digits, '-' or single '.', and begin "
            f"and end with a letter or digit, got {name!r}."
        )
    return name


def is_image(name: str) -> bool:
    """Whether an image may have this name."""
    shaped = _IMAGE.fullmatch(name) and _COMPONENT.fullmatch(name)
    return bool(shaped) and 3 <= len(name) <= 32


def model_repository(name: str) -> str:
    """The repository of a model; different names never share one."""
    plain = _COMPONENT.fullmatch(name) and len(name) <= _MAX_COMPONENT
    if plain and not _HASHED.fullmatch(name):
        return MODELS + name
    readable = re.sub(r"[^a-z0-9]+", "-", name.lower())[:48].strip("-")
    return f"{MODELS}{readable}--{hashlib.sha256(name.encode()).hexdigest()[:16]}"


def image_repository(name: str) -> str:
    """The repository of an image."""
    return IMAGES + name
