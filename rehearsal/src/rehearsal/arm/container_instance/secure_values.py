"""Secure values of a container group: kept for the runtime, never shown."""

import copy
from collections.abc import Iterator, Mapping
from typing import Any


def without(properties: Mapping[str, Any]) -> dict[str, Any]:
    """The properties as Azure returns them: secure values, passwords, keys and secret files are gone."""
    shown = copy.deepcopy(dict(properties))
    for container in [*(shown.get("containers") or []), *(shown.get("initContainers") or [])]:
        for variable in container.get("properties", {}).get("environmentVariables") or []:
            variable.pop("secureValue", None)
    for credential in shown.get("imageRegistryCredentials") or []:
        credential.pop("password", None)
    for volume in shown.get("volumes") or []:
        if volume.get("secret") is not None:
            volume["secret"] = {}
        (volume.get("azureFile") or {}).pop("storageAccountKey", None)
    ((shown.get("diagnostics") or {}).get("logAnalytics") or {}).pop("workspaceKey", None)
    return shown


def mask(text: str, properties: Mapping[str, Any]) -> str:
    """The text with every secure environment value replaced; for messages that quote a container's log."""
    for value in _secure_values(properties):
        text = text.replace(value, "***")
    return text


def _secure_values(properties: Mapping[str, Any]) -> Iterator[str]:
    for container in properties.get("containers") or []:
        for variable in container["properties"].get("environmentVariables") or []:
            # Very short values would tear holes into every other word.
            if len(value := str(variable.get("secureValue") or "")) >= 4:
                yield value
