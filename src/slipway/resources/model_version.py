"""A model's file or folder, registered: the same content is the same version, new content the next number."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi

from slipway.resources.wire import properties

TYPE = "slipway:index:ModelVersion"


@dataclass(frozen=True, kw_only=True)
class ModelVersionArgs:
    """A model's file or folder to register."""

    login_server: pulumi.Input[str]
    """Host of the registry."""
    model_name: pulumi.Input[str]
    """Name of the model. Another name, or another registry, is another resource."""
    path: pulumi.Input[str] | None = None
    """The file or folder, in any format. Only an imported version, which has its content already, goes without."""
    tags: pulumi.Input[Mapping[str, pulumi.Input[str]]] | None = None
    """Words about this version; a change replaces them."""
    properties: pulumi.Input[Mapping[str, pulumi.Input[str]]] | None = None
    """Like tags, but one that is set is never changed or removed."""
    description: pulumi.Input[str] | None = None
    """Text about this version; a change replaces it."""
    framework: pulumi.Input[str] | None = None
    """What the model was made with, such as ScikitLearn."""
    framework_version: pulumi.Input[str] | None = None
    """Version of the framework; needs `framework`."""


class ModelVersion(pulumi.CustomResource):
    """One model of a registry, at the version that its content has.

    Deleting it deletes the versions that it registered, and only them.
    Imported as `<login server>/<model>:<version>`, such as `acme.azurecr.io/diabetes:3`; without a version, the newest.
    """

    login_server: pulumi.Output[str] = pulumi.property("loginServer")
    """Host of the registry."""
    model_name: pulumi.Output[str] = pulumi.property("modelName")
    """Name of the model, without version."""
    version: pulumi.Output[int]
    """The version that the content has."""
    model_id: pulumi.Output[str] = pulumi.property("modelId")
    """`diabetes:3`."""
    digest: pulumi.Output[str]
    """Digest of the artefact's manifest."""
    sha256: pulumi.Output[str]
    """Hash of the file, hexadecimal; of a folder `folder-` and such a hash over paths and hashes of its files."""
    registered: pulumi.Output[Sequence[int]]
    """The versions that this resource registered, which go with it."""

    def __init__(
        self, name: str, args: ModelVersionArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__(TYPE, name, properties(args, ModelVersion), opts)
