"""A pushed image's number: the same content is the same version, new content the next number."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi

from slipway.resources.wire import properties

TYPE = "slipway:index:ImageVersion"


@dataclass(frozen=True, kw_only=True)
class ImageVersionArgs:
    """An image that was pushed to `<login server>/images/<image name>`."""

    login_server: pulumi.Input[str]
    """Host of the registry."""
    image_name: pulumi.Input[str]
    """Name of the image. Another name, or another registry, is another resource."""
    digest: pulumi.Input[str]
    """Digest of the image that was pushed."""
    content_key: pulumi.Input[str]
    """What tells one content from another; the image's own label says the same."""
    models: pulumi.Input[Sequence[pulumi.Input[str]]]
    """Ids of the models in it, such as `diabetes:3`; the image's own label says the same."""


class ImageVersion(pulumi.CustomResource):
    """One image of a registry, at the version that its content has.

    Deleting it deletes the versions that it published, and only them.
    Imported as `<login server>/<image>:<version>`, such as `acme.azurecr.io/diabetes-image:7`; without a version, the
    newest.
    """

    login_server: pulumi.Output[str] = pulumi.property("loginServer")
    """Host of the registry."""
    image_name: pulumi.Output[str] = pulumi.property("imageName")
    """Name of the image, without version."""
    version: pulumi.Output[int]
    """The version that the content has."""
    image_id: pulumi.Output[str] = pulumi.property("imageId")
    """`diabetes-image:7`."""
    ref: pulumi.Output[str]
    """The image by digest, as services run it."""
    published: pulumi.Output[Sequence[int]]
    """The versions that this resource published, which go with it."""

    def __init__(
        self, name: str, args: ImageVersionArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__(TYPE, name, properties(args, ImageVersion), opts)
