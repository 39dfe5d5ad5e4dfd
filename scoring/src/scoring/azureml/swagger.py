"""`/swagger.json`: the entry script's interface as Swagger 2.0, OpenAPI 3.0 or 3.1.

A file in the source directory (`swagger.json` or `swagger2.json` for 2.0, `swagger3.json`, `swagger3.1.json`) wins over
what is generated from inference-schema's decorators.
"""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

from scoring.azureml import swagger_documents
from scoring.azureml.entry_script import EntryScript
from scoring.azureml.schema import is_schema_decorated, schemas, supported_versions
from scoring.settings import Settings

logger = logging.getLogger("scoring.swagger")

#: Version to the names it may be asked by.
_NAMES = {"2": ("2", "2.0"), "3": ("3", "3.0"), "3.1": ("3.1",)}

#: Version to the user's files that may hold it, the first that is there wins.
_FILES = {
    "2": ("swagger.json", "swagger2.json"),
    "3": ("swagger3.json",),
    "3.1": ("swagger3.1.json",),
}

_UNDECORATED = {"type": "object", "example": {}}


class UnknownVersion(Exception):
    """The version asked for is not one that this script has; the text names those it has."""


class Swagger:
    """Made once, when the server starts."""

    def __init__(self, documents: dict[str, Any]) -> None:
        self._documents = documents

    @classmethod
    def of(cls, script: EntryScript, settings: Settings) -> Swagger:
        documents: dict[str, Any] = {}
        for version, names in _NAMES.items():
            document = _from_file(settings.source, version) or _generated(script, settings, version)
            if document is not None:
                documents.update(dict.fromkeys(names, document))
        return cls(documents)

    def document(self, version: str) -> Any:
        """Raises UnknownVersion."""
        if version in self._documents:
            return self._documents[version]
        known = ", ".join(sorted(version for version in _NAMES if version in self._documents))
        if any(version in names for names in _NAMES.values()):
            raise UnknownVersion(
                f"Swagger version [{version}] is not supported for the scoring script. "
                f"Supported swagger versions: [{known}]."
            )
        raise UnknownVersion(
            f"Swagger version [{version}] is not valid. Supported versions: [{known}]."
        )


def _from_file(source: Path, version: str) -> Any:
    for name in _FILES[version]:
        path = source / name
        try:
            document = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            continue
        except ValueError as error:
            logger.warning("%s ignored: it is not JSON: %s", path, error)
            continue
        logger.info("Loaded user's swagger file for version [%s] from %s", version, path)
        return document
    return None


def _generated(script: EntryScript, settings: Settings, version: str) -> Any:
    supported = supported_versions(script.run)
    if not any(name in supported for name in _NAMES[version]):
        return None
    inputs, outputs = (
        schemas(script.run) if is_schema_decorated(script.run) else (_UNDECORATED, _UNDECORATED)
    )
    if version == "2":
        return swagger_documents.swagger2(settings, inputs, outputs)
    return swagger_documents.openapi3(
        settings, inputs, outputs, "3.1.0" if version == "3.1" else "3.0.3"
    )
