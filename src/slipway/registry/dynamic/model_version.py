"""A model file, registered: `version: 1 => 2` in the preview when its content changes."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pulumi
from pulumi.dynamic import CheckFailure, CheckResult, Resource

from slipway.registry import files, names
from slipway.registry.dynamic.numbered import NumberedProvider
from slipway.registry.dynamic.properties import Properties, client, failure, known, text, texts
from slipway.registry.errors import RegistryError

if TYPE_CHECKING:
    from slipway.registry.models import ModelStore
    from slipway.registry.records import ModelVersion


class ModelVersionProvider(NumberedProvider["ModelVersion"]):
    """Stateless. `registered` in the outputs holds the versions that this resource made."""

    noun = "model"
    said_keys = ("sha256", "tags", "properties", "description", "framework", "framework_version")
    claimed_key = "registered"

    def check(self, _olds: Properties, news: Properties) -> CheckResult:
        """Hash the file, refuse what cannot be registered, and foresee the number."""
        failures = _refusals(news)
        if failures or not known(news.get("path")):
            return CheckResult(news, failures)
        sha256 = self.content(news)
        return CheckResult({**news, "sha256": sha256, **self.foreseen(news, sha256)}, [])

    def store(self, login_server: str) -> "ModelStore":
        """The registry's models."""
        return client(login_server).models

    def content(self, props: Properties) -> str:
        """The hash of the file as it is now."""
        return files.sha256_of(Path(props["path"]))

    def publish(self, props: Properties) -> "ModelVersion":
        """The registered file."""
        return self.store(props["login_server"]).register(
            props["model_name"],
            props["path"],
            tags=texts(props.get("tags")),
            properties=texts(props.get("properties")),
            description=text(props.get("description")),
            framework=text(props.get("framework")),
            framework_version=text(props.get("framework_version")),
        )

    def outputs(self, found: "ModelVersion") -> Properties:
        """Number, id, digest of the artefact, hash of the file."""
        return {
            "version": found.version,
            "model_id": found.id,
            "digest": found.digest,
            "sha256": found.sha256,
        }


class ModelVersionResource(Resource, module="slipway", name="ModelVersion"):
    """One model of a registry, at the version that the file's content has."""

    version: pulumi.Output[int]
    model_id: pulumi.Output[str]
    digest: pulumi.Output[str]
    """Of the artefact's manifest."""
    sha256: pulumi.Output[str]
    """Of the file."""

    def __init__(
        self,
        name: str,
        *,
        login_server: pulumi.Input[str],
        model_name: pulumi.Input[str],
        path: pulumi.Input[str],
        tags: pulumi.Input[Mapping[str, pulumi.Input[str]]] | None = None,
        properties: pulumi.Input[Mapping[str, pulumi.Input[str]]] | None = None,
        description: pulumi.Input[str] | None = None,
        framework: pulumi.Input[str] | None = None,
        framework_version: pulumi.Input[str] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """The arguments of `registry.models.ModelStore.register`."""
        inputs: dict[str, Any] = {
            "login_server": login_server,
            "model_name": model_name,
            "path": path,
            "tags": tags,
            "properties": properties,
            "description": description,
            "framework": framework,
            "framework_version": framework_version,
        }
        outputs = dict.fromkeys(("version", "model_id", "digest", "sha256", "registered"))
        super().__init__(ModelVersionProvider(), name, {**inputs, **outputs}, opts)


def _refusals(news: Properties) -> list[CheckFailure]:
    """What can be said before anything is sent; all of it at once."""
    failures = []
    if known(news.get("model_name")):
        try:
            names.model(news["model_name"])
        except RegistryError as error:
            failures.append(failure("model_name", error))
    if known(news.get("path")):
        try:
            files.checked_size(Path(news["path"]))
        except RegistryError as error:
            failures.append(failure("path", error))
    return failures
