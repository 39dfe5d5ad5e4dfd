"""What is said of a model later: other tags, another description, more properties.

The model's manifest never changes. Later words stand in a manifest of their own, under a tag that
can move (`words-<hash of the file>`), and win over those that the model was registered with.
Azure ML's rule: tags and description are replaced, a property once set stays as it is.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from io import BytesIO

from slipway.registry import media_types as types
from slipway.registry.connection import Connection
from slipway.registry.errors import NotFoundError, RegistryError
from slipway.registry.numbers import EMPTY, EMPTY_BLOB
from slipway.registry.records import ModelVersion


@dataclass(frozen=True, kw_only=True)
class Words:
    """What may be said of a model; None leaves what was said before."""

    tags: Mapping[str, str] | None = None
    properties: Mapping[str, str] | None = None
    description: str | None = None
    framework: str | None = None
    framework_version: str | None = None

    def over(self, model: ModelVersion) -> ModelVersion:
        """The model with these words. Raises RegistryError when a property would change."""
        said = {key: value for key, value in vars(self).items() if value is not None}
        if self.properties is not None:
            said["properties"] = _added(model, self.properties)
        return replace(model, **said)


def read(connection: Connection, repository: str, model: ModelVersion) -> ModelVersion:
    """The model with what was said of it last."""
    try:
        content, _, _ = connection.manifest(repository, _tag(model))
    except NotFoundError:
        return model
    notes = json.loads(content)["annotations"]
    return replace(model, **json.loads(notes[types.MODEL_WORDS]))


def write(connection: Connection, repository: str, model: ModelVersion) -> None:
    """Keep the words of `model`; those before are gone."""
    words = {
        "tags": dict(model.tags),
        "properties": dict(model.properties),
        "description": model.description,
        "framework": model.framework,
        "framework_version": model.framework_version,
    }
    body = {
        "schemaVersion": 2,
        "mediaType": types.OCI_MANIFEST,
        "artifactType": types.WORDS_ARTIFACT,
        "config": EMPTY,
        "layers": [EMPTY],
        "annotations": {types.MODEL_WORDS: json.dumps(words, sort_keys=True)},
    }
    with connection.asking():
        connection.client.upload_blob(repository, BytesIO(EMPTY_BLOB))
    content = json.dumps(body, sort_keys=True).encode()
    connection.put_manifest(repository, content, types.OCI_MANIFEST, _tag(model))


def forget(connection: Connection, repository: str, model: ModelVersion) -> None:
    """Delete what was said later, when the model is deleted."""
    tag = connection.tag(repository, _tag(model))
    if tag is None:
        return
    with connection.asking():
        connection.client.delete_tag(repository, _tag(model))
        still_named = {one.digest for one in connection.tags(repository)}
        if tag.digest not in still_named:
            connection.client.delete_manifest(repository, str(tag.digest))


def _added(model: ModelVersion, given: Mapping[str, str]) -> dict[str, str]:
    changed = [key for key, value in given.items() if model.properties.get(key, value) != value]
    if changed:
        raise RegistryError(
            f"Properties of a registered model cannot be changed: {model.id} has "
            f"{', '.join(f'{key}={model.properties[key]!r}' for key in changed)}, got "
            f"{', '.join(f'{key}={given[key]!r}' for key in changed)}; use a tag."
        )
    return {**model.properties, **given}


def _tag(model: ModelVersion) -> str:
    return f"words-{model.sha256}"
