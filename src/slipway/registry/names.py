"""The repositories that models and images live in.

A model's name may have capitals and separators that a repository's may not: such a model gets a
repository made of its lower-case form and a hash of the name.
"""

import hashlib
import re

from slipway.registry.errors import RegistryError
from slipway.rules.names import IMAGE_NAME, MODEL_NAME

MODELS = "models/"
IMAGES = "images/"
# A part of a repository's name, in the OCI distribution specification.
_COMPONENT = re.compile(r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*")
_HASHED = re.compile(r".*--[0-9a-f]{16}")
_MAX_COMPONENT = 128


def model(name: str) -> str:
    """`name`, or RegistryError."""
    if why := MODEL_NAME.refusal(name):
        raise RegistryError(f"A model's name {why}.")
    return name


def image(name: str) -> str:
    """`name`, or RegistryError."""
    if why := IMAGE_NAME.refusal(name):
        raise RegistryError(f"An image's name {why}.")
    return name


def is_image(name: str) -> bool:
    """Whether an image may have this name: a registry may hold other repositories."""
    return IMAGE_NAME.allows(name)


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
