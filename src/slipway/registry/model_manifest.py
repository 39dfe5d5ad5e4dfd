"""A model version as a ModelPack artefact: writing and reading its manifest."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from slipway.registry import media_types as types
from slipway.registry import model_layers
from slipway.registry.errors import RegistryError
from slipway.registry.files import Content
from slipway.registry.numbers import Manifest
from slipway.registry.records import ModelVersion

_MAX_METADATA_BYTES = 256 * 1024


@dataclass(frozen=True, kw_only=True)
class ModelDescription:
    """What is said of a model when it is registered."""

    name: str
    content: Content
    tags: Mapping[str, str]
    properties: Mapping[str, str]
    description: str
    framework: str
    framework_version: str
    revision: str
    created_by: str
    created: str


def config(model: ModelDescription) -> bytes:
    """The ModelPack config."""
    descriptor = {
        "name": model.name,
        "title": model.content.filename,
        "description": model.description,
        "revision": model.revision,
        "createdAt": model.created,
        "authors": [model.created_by] if model.created_by else [],
    }
    body = {
        "descriptor": {key: value for key, value in descriptor.items() if value},
        "config": _format(model.content),
        "modelfs": {
            "type": "layers",
            "diffIds": [f"sha256:{part.sha256}" for part in model.content.parts],
        },
    }
    return json.dumps(body, sort_keys=True).encode()


def write(model: ModelDescription, config_digest: str, config_size: int) -> Manifest:
    """The manifest; each file of the model is a layer as it is."""
    annotations = _annotations(model)
    said = len(json.dumps(annotations).encode())
    if said > _MAX_METADATA_BYTES:
        raise RegistryError(
            f"Tags, properties and description of the model {model.name!r} come to "
            f"{said:,} bytes; at most {_MAX_METADATA_BYTES:,} are allowed."
        )
    body = {
        "schemaVersion": 2,
        "mediaType": types.OCI_MANIFEST,
        "artifactType": types.MODEL_ARTIFACT,
        "config": _descriptor(types.MODEL_CONFIG, config_digest, config_size),
        "layers": model_layers.write(model.content),
        "annotations": annotations,
    }
    return Manifest(json.dumps(body, sort_keys=True).encode(), types.OCI_MANIFEST)


def content_of(manifest: bytes, digest: str) -> Content:
    """The files that a manifest names, which are not here. Raises RegistryError when it is no model."""
    return model_layers.read(_model(manifest, digest))


def read(content: bytes, digest: str, version: int) -> ModelVersion:
    """The version that a manifest describes. Raises RegistryError when it is no model."""
    body = _model(content, digest)
    files, notes = model_layers.read(body), body.get("annotations", {})
    return ModelVersion(
        name=notes[types.MODEL_NAME],
        version=version,
        digest=digest,
        sha256=files.sha256,
        filename=files.filename,
        size=sum(part.size for part in files.parts),
        files=len(files.parts),
        tags=json.loads(notes.get(types.MODEL_TAGS, "{}")),
        properties=json.loads(notes.get(types.MODEL_PROPERTIES, "{}")),
        description=notes.get(types.DESCRIPTION, ""),
        framework=notes.get(types.FRAMEWORK, ""),
        framework_version=notes.get(types.FRAMEWORK_VERSION, ""),
        revision=notes.get(types.REVISION, ""),
        created_by=notes.get(types.CREATED_BY, ""),
        created=notes.get(types.CREATED, ""),
    )


def _model(content: bytes, digest: str) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(content)
    if body.get("artifactType") != types.MODEL_ARTIFACT:
        raise RegistryError(f"The manifest {digest} is not a model that Slipway registered.")
    return body


def _format(content: Content) -> dict[str, str]:
    return {} if content.is_folder else {"format": content.filename.rpartition(".")[2]}


def _descriptor(media_type: str, digest: str, size: int) -> dict[str, Any]:
    return {"mediaType": media_type, "digest": digest, "size": size}


def _annotations(model: ModelDescription) -> dict[str, str]:
    notes = {
        types.CREATED: model.created,
        types.TITLE: model.content.filename,
        types.MODEL_FOLDER: model.content.filename if model.content.is_folder else "",
        types.DESCRIPTION: model.description,
        types.REVISION: model.revision,
        types.MODEL_NAME: model.name,
        types.MODEL_TAGS: json.dumps(dict(model.tags), sort_keys=True),
        types.MODEL_PROPERTIES: json.dumps(dict(model.properties), sort_keys=True),
        types.FRAMEWORK: model.framework,
        types.FRAMEWORK_VERSION: model.framework_version,
        types.CREATED_BY: model.created_by,
    }
    return {key: value for key, value in notes.items() if value}
