"""A model in the registry, by name and number.

The content of its file or folder decides: the same content is the same version, new content the next number, and
an old number never changes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import pulumi

from components.arguments import FilePath, path_of, require_known, without_secrets
from components.errors import InvalidArgs
from components.model_artifact import ModelArtifact
from components.model_store import downloaded
from components.unknowns import or_none
from slipway.folders import model_folder
from slipway.folders.model_folder import UnfitFolderError
from slipway.resources.model_lookup import ModelLookup, ModelLookupArgs
from slipway.resources.model_version import ModelVersion, ModelVersionArgs
from slipway.rules.fields import refusals
from slipway.rules.names import MODEL_NAME, WORDS
from slipway.rules.ranges import Range
from slipway.rules.tags import STORED

TYPE = "slipway:index:RegisteredModel"

_ONE_ORIGIN = (
    "must be given where version is not, and only there: a file or folder to register, or the version of a "
    "registered model"
)


@dataclass(frozen=True, kw_only=True)
class RegisteredModelArgs:
    """A model's file or folder to register, or the version of a model that is registered already."""

    login_server: pulumi.Input[str]
    """Host of the registry."""
    model_name: Annotated[str, MODEL_NAME]
    """Name of the model."""
    path: FilePath | None = None
    """The file or folder to register, in any format."""
    version: Annotated[int, Range(1)] | None = None
    """Version of a registered model, which is only looked up: never changed or deleted."""
    tags: Annotated[pulumi.Input[Mapping[str, pulumi.Input[str]]], STORED] = field(
        default_factory=dict
    )
    """Tags to register it with; a change replaces them."""
    properties: Annotated[pulumi.Input[Mapping[str, pulumi.Input[str]]], STORED] = field(
        default_factory=dict
    )
    """Like tags, but never changed once registered."""
    description: Annotated[pulumi.Input[str], STORED] = ""
    """Description to register it with; a change replaces it."""
    framework: Annotated[pulumi.Input[str], WORDS] | None = None
    """What the model was made with, such as ScikitLearn."""
    framework_version: Annotated[pulumi.Input[str], WORDS] | None = None
    """Version of the framework; needs `framework`."""

    def __post_init__(self) -> None:
        require_known(self)
        problems = refusals(self)
        path = path_of(self.path)
        if (path is None) == (self.version is None):
            problems["path"] = _ONE_ORIGIN
        elif path is not None and (why := _unfit(path)):
            problems["path"] = why
        if self.version is not None:
            problems |= self._beside_version()
        if self.framework_version is not None and self.framework is None:
            problems["framework_version"] = "needs framework: a version of what?"
        if problems:
            raise InvalidArgs("RegisteredModelArgs", problems)

    def _beside_version(self) -> dict[str, str]:
        for_files = ("tags", "properties", "description", "framework", "framework_version")
        return {
            name: "is for what is registered here: a registered model has its own"
            for name in for_files
            if getattr(self, name)
        }


class RegisteredModel(pulumi.ComponentResource):
    """One version of a model."""

    name: str
    """The model's name, without number."""
    model_id: pulumi.Output[str]
    """`name:version`."""
    version: pulumi.Output[int]
    """Its version alone."""
    digest: pulumi.Output[str]
    """Digest of the artefact's manifest."""
    artifact: pulumi.Output[ModelArtifact]
    """The version and its content, for a `ModelImage`."""

    def __init__(
        self, name: str, args: RegisteredModelArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__(TYPE, name, None, opts)
        args = without_secrets(args)
        self.name = args.model_name
        source: ModelVersion | ModelLookup
        if args.path is not None:
            source = self._registered(name, args, str(args.path))
            self.artifact = _artifact(
                args.model_name, source, str(args.path), args.framework, args.framework_version
            )
        else:
            source = self._found(name, args)
            path = pulumi.Output.all(args.login_server, args.model_name, source.version).apply(
                lambda place: downloaded(*place)
            )
            self.artifact = _artifact(
                args.model_name, source, path, source.framework, source.framework_version
            )
        self.model_id = source.model_id
        self.version = source.version
        self.digest = source.digest
        self.register_outputs(
            {"model_id": self.model_id, "version": self.version, "digest": self.digest}
        )

    def _registered(self, name: str, args: RegisteredModelArgs, path: str) -> ModelVersion:
        self._tell_folder(Path(path))
        return ModelVersion(
            name,
            ModelVersionArgs(
                login_server=args.login_server,
                model_name=args.model_name,
                path=path,
                tags=args.tags,
                properties=args.properties,
                description=args.description,
                framework=args.framework,
                framework_version=args.framework_version,
            ),
            # A number is history that images and other stacks may build on. A stack that turns to a
            # registered model, or to a finished image, must not delete what it ran until then;
            # numbers go with the registry, or by `slipway models delete`.
            pulumi.ResourceOptions(parent=self, retain_on_delete=True),
        )

    def _tell_folder(self, path: Path) -> None:
        """In a preview: how much of a folder is the model, and what never is."""
        if path.is_dir() and pulumi.runtime.is_dry_run():
            pulumi.log.info(f"{path} is the model: {model_folder.summary(path)}", self)

    def _found(self, name: str, args: RegisteredModelArgs) -> ModelLookup:
        return ModelLookup(
            name,
            ModelLookupArgs(
                login_server=args.login_server,
                model_name=args.model_name,
                version=args.version or 0,
            ),
            pulumi.ResourceOptions(parent=self),
        )


def _unfit(path: Path) -> str | None:
    """What is wrong with it, if anything."""
    if path.is_dir():
        try:
            model_folder.check(path)
        except UnfitFolderError as error:
            return f"names a folder that {error}, got {str(path)!r}"
    elif not path.is_file():
        return f"must be an existing file or folder, got {str(path)!r}"
    elif path.stat().st_size == 0:
        return f"names an empty file: {str(path)!r}"
    return None


def _artifact(
    name: str,
    source: ModelVersion | ModelLookup,
    path: pulumi.Input[str],
    framework: pulumi.Input[str] | None,
    framework_version: pulumi.Input[str] | None,
) -> pulumi.Output[ModelArtifact]:
    return pulumi.Output.all(
        version=or_none(source.version),
        model_id=or_none(source.model_id),
        path=path,
        sha256=source.sha256,
        framework=_foreseen(framework),
        framework_version=_foreseen(framework_version),
    ).apply(lambda found: _plain(name, found))


def _foreseen(words: pulumi.Input[str] | None) -> pulumi.Input[str | None]:
    return or_none(words) if isinstance(words, pulumi.Output) else words


def _plain(name: str, found: Mapping[str, Any]) -> ModelArtifact:
    said = {key: found[key] or "" for key in ("framework", "framework_version")}
    return ModelArtifact(name=name, **{**found, **said})
