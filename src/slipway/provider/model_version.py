"""ModelVersion: registers a file or a folder, and knows its number before."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from slipway.provider.errors import Refused
from slipway.provider.handler import Properties
from slipway.provider.numbered import NumberedHandler, Store
from slipway.provider.values import known
from slipway.registry import files, names
from slipway.registry.client import RegistryClient, shared_client
from slipway.registry.errors import RegistryError
from slipway.resources.model_version import ModelVersionArgs

if TYPE_CHECKING:
    from slipway.registry.records import ModelVersion

_NO_PATH = "path is missing: it names the model's file or folder."


class ModelVersionHandler(NumberedHandler["ModelVersion"]):
    """`registered` holds the versions that the resource made."""

    args = ModelVersionArgs
    noun = "model"
    claimed = "registered"
    compared = ("sha256", "tags", "description", "framework", "framework_version")
    computed = ("version", "model_id", "digest", "sha256", "registered")

    def refusals(self, inputs: Properties) -> dict[str, str]:
        """A wrong name, a file or folder that cannot be registered, a version of no framework."""
        found = _refused("model_name", names.model, inputs["model_name"])
        if "path" in inputs:
            found |= _refused("path", lambda path: files.checked_size(Path(path)), inputs["path"])
        elif "sha256" not in inputs:  # which the inputs of an imported version have
            found["path"] = _NO_PATH
        if inputs.get("framework_version") and not inputs.get("framework"):
            found["framework_version"] = "frameworkVersion needs framework: a version of what?"
        return found

    def foreseen(self, inputs: Properties) -> Properties:
        """The hash of the content and its number."""
        if not known(inputs.get("path")):
            return {}
        sha256 = self.content(inputs)
        return {"sha256": sha256, **self.number(inputs, sha256)}

    def differences(self, state: Properties, inputs: Properties) -> list[str]:
        """A property that is gone from the inputs stays as it is: the registry never removes one."""
        before, given = state.get("properties") or {}, inputs.get("properties") or {}
        added = not known(given) or any(before.get(key) != given[key] for key in given)
        return [*super().differences(state, inputs), *(["properties"] if added else [])]

    def store(self, registry: RegistryClient) -> Store["ModelVersion"]:
        """The registry's models."""
        return registry.models

    def content(self, inputs: Properties) -> str:
        """The hash of the file or folder as it is now; of an imported version, which has none here, the known one."""
        return files.sha256_of(Path(inputs["path"])) if "path" in inputs else str(inputs["sha256"])

    def publish(self, inputs: Properties) -> "ModelVersion":
        """Register the file or folder."""
        if "path" not in inputs:
            raise Refused(_NO_PATH)
        return shared_client(inputs["login_server"]).models.register(
            inputs["model_name"],
            inputs["path"],
            tags=inputs.get("tags") or {},
            properties=inputs.get("properties") or {},
            description=inputs.get("description") or "",
            framework=inputs.get("framework") or "",
            framework_version=inputs.get("framework_version") or "",
        )

    def described(self, found: "ModelVersion") -> Properties:
        """Number, id, digest of the artefact, hash of the content."""
        return {
            "version": found.version,
            "model_id": found.id,
            "digest": found.digest,
            "sha256": found.sha256,
        }

    def imported(self, found: "ModelVersion") -> Properties:
        """All but the path of the content, which is wherever the program has it."""
        return {name: value for name, value in self.refreshed(found).items() if value}

    def refreshed(self, found: "ModelVersion") -> Properties:
        """What is said of the version."""
        return {
            "tags": dict(found.tags),
            "properties": dict(found.properties),
            "description": found.description,
            "framework": found.framework,
            "framework_version": found.framework_version,
        }


def _refused(name: str, check: Callable[[str], object], value: str) -> dict[str, str]:
    try:
        if known(value):
            check(value)
    except RegistryError as error:
        return {name: str(error)}
    return {}
