"""A model file, registered: `version: 1 => 2` in the preview when its content changes."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pulumi
from pulumi.dynamic import (
    CheckFailure,
    CheckResult,
    CreateResult,
    DiffResult,
    ReadResult,
    Resource,
    ResourceProvider,
    UpdateResult,
)

from registry import files, names
from registry.dynamic.properties import (
    Properties,
    changed,
    client,
    failure,
    known,
    numbers,
    text,
    texts,
)
from registry.errors import NotFoundError, RegistryError

if TYPE_CHECKING:
    from registry.records import ModelVersion

_PLACE = ("login_server", "model_name")
_SAID = ("tags", "properties", "description", "framework", "framework_version")


class ModelVersionProvider(ResourceProvider):
    """Stateless. `registered` in the outputs holds the versions that this resource made."""

    serialize_as_secret_always = False

    def check(self, _olds: Properties, news: Properties) -> CheckResult:
        """Hash the file, refuse what cannot be registered, and foresee the number."""
        failures = _refusals(news)
        if failures or not known(news.get("path")):
            return CheckResult(news, failures)
        sha256 = files.sha256_of(Path(news["path"]))
        return CheckResult({**news, "sha256": sha256, **_foreseen(news, sha256)}, [])

    def diff(self, _id: str, olds: Properties, news: Properties) -> DiffResult:
        """New content and new words are an update; another registry or name is another model."""
        replaces = changed(olds, news, _PLACE)
        changes = bool(replaces or changed(olds, news, ("sha256", *_SAID)))
        return DiffResult(changes=changes, replaces=replaces)

    def create(self, props: Properties) -> CreateResult:
        """Register the file."""
        return CreateResult(
            f"{props['login_server']}/{props['model_name']}", _registered(props, [])
        )

    def update(self, _id: str, olds: Properties, news: Properties) -> UpdateResult:
        """Register the file; the versions before it stay."""
        return UpdateResult(_registered(news, numbers(olds.get("registered"))))

    def read(self, id_: str, props: Properties) -> ReadResult:
        """The version as it is, or nothing when it was deleted."""
        store = client(props["login_server"]).models
        try:
            model = store.get(props["model_name"], int(props["version"]))
        except NotFoundError:
            return ReadResult("", {})
        return ReadResult(id_, {**props, **_outputs(model)})

    def delete(self, _id: str, props: Properties) -> None:
        """Delete the versions that this resource made; refused while an image holds one."""
        store = client(props["login_server"]).models
        for version in reversed(numbers(props.get("registered"))):
            try:
                store.delete(props["model_name"], version)
            except NotFoundError:
                continue


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


def _foreseen(news: Properties, sha256: str) -> Properties:
    """Number and id that registering will answer; nothing where the registry does not answer yet."""
    if not known(news.get("login_server"), news.get("model_name")):
        return {}
    name = news["model_name"]
    try:
        model = client(news["login_server"]).models.find(name, sha256)
        if model is not None:
            return _outputs(model)
        version = client(news["login_server"]).models.predict_version(name, sha256)
    except RegistryError:
        return {}  # an update will say why; a preview shows the number as unknown
    return {"version": version, "model_id": f"{name}:{version}"}


def _registered(props: Properties, before: list[int]) -> Properties:
    store = client(props["login_server"]).models
    name = props["model_name"]
    there = store.find(name, files.sha256_of(Path(props["path"])))
    model = store.register(
        name,
        props["path"],
        tags=texts(props.get("tags")),
        properties=texts(props.get("properties")),
        description=text(props.get("description")),
        framework=text(props.get("framework")),
        framework_version=text(props.get("framework_version")),
    )
    made = [] if there is not None else [model.version]
    return {**props, **_outputs(model), "registered": sorted({*before, *made})}


def _outputs(model: "ModelVersion") -> Properties:
    return {
        "version": model.version,
        "model_id": model.id,
        "digest": model.digest,
        "sha256": model.sha256,
    }
