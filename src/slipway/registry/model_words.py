"""What is said of a model later: other tags, another description, more properties.

Later words are a note beside the model (`words-<hash of the file>`), and win over those that the
model was registered with.
Azure ML's rule: tags and description are replaced, a property once set stays as it is.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from slipway.registry import media_types as types
from slipway.registry import notes
from slipway.registry.connection import Connection
from slipway.registry.errors import RegistryError, SaidOtherwiseError
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

    def require_the_same(self, model: ModelVersion) -> None:
        """Raises SaidOtherwiseError where these words would replace others; properties are only added."""
        said = {key: value for key, value in vars(self).items() if value is not None}
        changed = [key for key in said if key != "properties" and said[key] != getattr(model, key)]
        if changed:
            raise SaidOtherwiseError(
                f"The same content is registered as {model.id}, with "
                f"{', '.join(_shown(key, getattr(model, key)) for key in changed)}, and was given "
                f"{', '.join(_shown(key, said[key]) for key in changed)}: nothing was changed."
            )


def read(connection: Connection, repository: str, model: ModelVersion) -> ModelVersion:
    """The model with what was said of it last."""
    said = notes.read(connection, repository, tag(model.sha256))
    return model if said is None else replace(model, **json.loads(said[types.MODEL_WORDS]))


def write(connection: Connection, repository: str, model: ModelVersion) -> None:
    """Keep the words of `model`; those before are gone."""
    words = {
        "tags": dict(model.tags),
        "properties": dict(model.properties),
        "description": model.description,
        "framework": model.framework,
        "framework_version": model.framework_version,
    }
    text = json.dumps(words, sort_keys=True)
    note = notes.compose(types.WORDS_ARTIFACT, {types.MODEL_WORDS: text})
    notes.put(connection, repository, tag(model.sha256), note)


def tag(sha256: str) -> str:
    """Tag of the words of the model with this content."""
    return f"words-{sha256}"


def _shown(key: str, value: object) -> str:
    if isinstance(value, Mapping):
        return f"{key} {', '.join(f'{one}={text}' for one, text in value.items()) or 'none'}"
    return f"{key} {value!r}" if value else f"no {key}"


def _added(model: ModelVersion, given: Mapping[str, str]) -> dict[str, str]:
    changed = [key for key, value in given.items() if model.properties.get(key, value) != value]
    if changed:
        raise RegistryError(
            f"Properties of a registered model cannot be changed: {model.id} has "
            f"{', '.join(f'{key}={model.properties[key]!r}' for key in changed)}, got "
            f"{', '.join(f'{key}={given[key]!r}' for key in changed)}; use a tag."
        )
    return {**model.properties, **given}
