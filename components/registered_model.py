"""A model in the registry, by name and number.

The file's content decides: the same content is the same version, new content the next number, and
an old number never changes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import pulumi

from components.errors import InvalidArgs
from components.model_store import downloaded
from slipway.registry.dynamic.model_lookup import ModelLookup
from slipway.registry.dynamic.model_version import ModelVersionResource

TYPE = "slipway:index:RegisteredModel"


@dataclass(frozen=True, kw_only=True)
class RegisteredModelArgs:
    """A model file to register."""

    login_server: pulumi.Input[str]
    """Host of the registry."""
    model_name: str
    path: Path
    """The file, in any format."""
    tags: Mapping[str, str] = field(default_factory=dict)
    """Tags to register the file with; a change replaces them."""
    properties: Mapping[str, str] = field(default_factory=dict)
    """Like tags, but never changed once registered."""
    description: str = ""
    """Description to register the file with."""
    framework: str | None = None
    """Framework that the model was made with, such as ScikitLearn."""
    framework_version: str | None = None
    """Version of the framework."""

    def __post_init__(self) -> None:
        problems = {}
        if not self.path.is_file():
            problems["path"] = f"must be an existing file, got {str(self.path)!r}"
        elif self.path.stat().st_size == 0:
            problems["path"] = f"must not be empty, got {str(self.path)!r}"
        if self.framework_version is not None and self.framework is None:
            problems["framework_version"] = "needs framework: a version of what?"
        if problems:
            raise InvalidArgs("RegisteredModelArgs", problems)


@dataclass(frozen=True, kw_only=True)
class ExistingModelArgs:
    """A model that was registered before."""

    login_server: pulumi.Input[str]
    model_name: str
    version: int

    def __post_init__(self) -> None:
        if self.version < 1:
            raise InvalidArgs(
                "ExistingModelArgs", {"version": f"must be 1 or more, got {self.version}"}
            )


class RegisteredModel(pulumi.ComponentResource):
    """One version of a model; `RegisteredModel.existing` for one that is there already."""

    name: str
    """The model's name, without number."""
    model_id: pulumi.Output[str]
    """`name:version`."""
    version: pulumi.Output[int]
    digest: pulumi.Output[str]
    """Digest of the artefact's manifest."""
    sha256: pulumi.Output[str]
    """Hex SHA-256 of the file's content."""
    path: pulumi.Output[str]
    """The file on this machine, for building an image of it."""
    framework: pulumi.Output[str]
    """What it was made with, as it was registered; empty where that was not said."""
    framework_version: pulumi.Output[str]
    is_registered_here: bool
    """By this stack, so that its number may not be known before the update."""

    def __init__(
        self, name: str, args: RegisteredModelArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__(TYPE, name, None, opts)
        registered = ModelVersionResource(
            name,
            login_server=args.login_server,
            model_name=args.model_name,
            path=str(args.path),
            tags=dict(args.tags),
            properties=dict(args.properties),
            description=args.description,
            framework=args.framework,
            framework_version=args.framework_version,
            # A number is history that images and other stacks may build on. A stack that turns to a
            # registered model, or to a finished image, must not delete what it ran until then;
            # numbers go with the registry, or by `slipway models delete`.
            opts=pulumi.ResourceOptions(parent=self, retain_on_delete=True),
        )
        self.framework = pulumi.Output.from_input(args.framework or "")
        self.framework_version = pulumi.Output.from_input(args.framework_version or "")
        self.is_registered_here = True
        self._expose(args.model_name, registered, pulumi.Output.from_input(str(args.path)))

    @classmethod
    def existing(
        cls, name: str, args: ExistingModelArgs, opts: pulumi.ResourceOptions | None = None
    ) -> Self:
        """A version that somebody registered: only looked up, never changed or deleted."""
        model = cls.__new__(cls)
        pulumi.ComponentResource.__init__(model, TYPE, name, None, opts)
        found = ModelLookup(
            name,
            login_server=args.login_server,
            model_name=args.model_name,
            version=args.version,
            opts=pulumi.ResourceOptions(parent=model),
        )
        path = pulumi.Output.all(args.login_server, args.model_name, found.version).apply(
            lambda place: downloaded(*place)
        )
        model.framework = found.framework.apply(lambda text: text or "")
        model.framework_version = found.framework_version.apply(lambda text: text or "")
        model.is_registered_here = False
        model._expose(args.model_name, found, path)
        return model

    def _expose(
        self, name: str, source: ModelVersionResource | ModelLookup, path: pulumi.Output[str]
    ) -> None:
        self.name = name
        self.model_id = source.model_id
        self.version = source.version.apply(int)  # numbers come from the state as floats
        self.digest = source.digest
        self.sha256 = source.sha256
        self.path = path
        self.register_outputs(
            {"model_id": self.model_id, "version": self.version, "digest": self.digest}
        )
