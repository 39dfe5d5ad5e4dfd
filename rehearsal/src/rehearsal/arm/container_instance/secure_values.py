"""Secure values of a container group: kept for the runtime, never shown."""

import copy
from collections.abc import Mapping
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
