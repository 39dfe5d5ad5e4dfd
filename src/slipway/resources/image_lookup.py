"""An image that was published before, by its version."""

from dataclasses import dataclass

import pulumi

from slipway.resources.wire import properties

TYPE = "slipway:index:ImageLookup"


@dataclass(frozen=True, kw_only=True)
class ImageLookupArgs:
    """Which version of which image."""

    login_server: pulumi.Input[str]
    """Host of the registry."""
    image_name: pulumi.Input[str]
    """Name of the image, without version."""
    version: pulumi.Input[int]
    """Version to look up; 0 is the newest."""


class ImageLookup(pulumi.CustomResource):
    """The image that a version names; one that is not there is refused with those that are.

    It is only looked up: deleting this resource deletes nothing in the registry.
    Imported as `<login server>/<image>:<version>`; without a version, the newest.
    """

    login_server: pulumi.Output[str] = pulumi.property("loginServer")
    """Host of the registry."""
    image_name: pulumi.Output[str] = pulumi.property("imageName")
    """Name of the image, without version."""
    version: pulumi.Output[int]
    """The version that was found."""
    image_id: pulumi.Output[str] = pulumi.property("imageId")
    """`diabetes-image:7`."""
    ref: pulumi.Output[str]
    """The image by digest, as services run it."""
    digest: pulumi.Output[str]
    """Its digest alone."""
    application_insights: pulumi.Output[bool] = pulumi.property("applicationInsights")
    """Whether it can send a service's telemetry to Application Insights."""

    def __init__(
        self, name: str, args: ImageLookupArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__(TYPE, name, properties(args, ImageLookup), opts)
