"""The labels in an image's config: what it was made of."""

import json
from dataclasses import dataclass
from typing import Any

from slipway.registry import media_types as types
from slipway.registry.connection import Connection
from slipway.registry.errors import RegistryError

_INDEXES = (types.OCI_INDEX, types.DOCKER_LIST)


@dataclass(frozen=True)
class ImageLabels:
    """Labels of Slipway."""

    content_key: str
    models: tuple[str, ...]
    application_insights: bool


def read(connection: Connection, repository: str, digest: str) -> ImageLabels:
    """The labels of an image, or of the first platform of an index."""
    content, media_type, _ = connection.manifest(repository, digest)
    manifest = json.loads(content)
    if media_type in _INDEXES:
        content, _, _ = connection.manifest(repository, _first_platform(manifest, digest))
        manifest = json.loads(content)
    config = json.loads(connection.blob(repository, manifest["config"]["digest"]))
    labels = (config.get("config") or {}).get("Labels") or {}
    return ImageLabels(
        content_key=labels.get(types.LABEL_CONTENT_KEY, ""),
        models=_models(labels.get(types.LABEL_MODELS, "[]"), digest),
        application_insights=labels.get(types.LABEL_INSIGHTS) == "true",
    )


def _first_platform(index: dict[str, Any], digest: str) -> str:
    """Attestations, which builders put beside the image, have the platform `unknown`."""
    for child in index.get("manifests", []):
        if child.get("platform", {}).get("architecture") != "unknown":
            return str(child["digest"])
    raise RegistryError(f"The image index {digest} holds no image.")


def _models(label: str, digest: str) -> tuple[str, ...]:
    try:
        models = json.loads(label)
    except ValueError:
        models = None
    if not isinstance(models, list):
        raise RegistryError(
            f"The image {digest} has a label {types.LABEL_MODELS} that is not a JSON list: "
            f"{label[:100]!r}."
        )
    return tuple(str(model) for model in models)
