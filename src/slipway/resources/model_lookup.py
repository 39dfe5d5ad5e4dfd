"""A model that was registered before, by its version."""

from dataclasses import dataclass

import pulumi

from slipway.resources.wire import properties

TYPE = "slipway:index:ModelLookup"


@dataclass(frozen=True, kw_only=True)
class ModelLookupArgs:
    """Which version of which model."""

    login_server: pulumi.Input[str]
    """Host of the registry."""
    model_name: pulumi.Input[str]
    """Name of the model, without version."""
    version: pulumi.Input[int]
    """Version to look up; 0 is the newest."""


class ModelLookup(pulumi.CustomResource):
    """The model that a version names; one that is not there is refused with those that are.

    It is only looked up: deleting this resource deletes nothing in the registry.
    Imported as `<login server>/<model>:<version>`; without a version, the newest.
    """

    login_server: pulumi.Output[str] = pulumi.property("loginServer")
    """Host of the registry."""
    model_name: pulumi.Output[str] = pulumi.property("modelName")
    """Name of the model, without version."""
    version: pulumi.Output[int]
    """The version that was found."""
    model_id: pulumi.Output[str] = pulumi.property("modelId")
    """`diabetes:3`."""
    digest: pulumi.Output[str]
    """Digest of the artefact's manifest."""
    sha256: pulumi.Output[str]
    """Hash of the file, hexadecimal; of a folder `folder-` and such a hash over paths and hashes of its files."""
    filename: pulumi.Output[str]
    """Name of the model's file or folder, without those above it."""
    framework: pulumi.Output[str]
    """What it was made with; empty where it was registered without."""
    framework_version: pulumi.Output[str] = pulumi.property("frameworkVersion")
    """Version of the framework; empty where it was registered without."""

    def __init__(
        self, name: str, args: ModelLookupArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__(TYPE, name, properties(args, ModelLookup), opts)
