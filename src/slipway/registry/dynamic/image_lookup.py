"""An image that was published before, by its number; 0 is the newest."""

import pulumi
from pulumi.dynamic import Resource

from slipway.registry.dynamic.lookups import LookupProvider
from slipway.registry.dynamic.properties import Properties, client


class ImageLookupProvider(LookupProvider):
    """Stateless."""

    name_key = "image_name"
    found_keys = ("ref", "image_id", "digest")

    def resolve(self, props: Properties, version: int | None) -> Properties:
        """Reference, id and digest."""
        image = client(props["login_server"]).images.get(props["image_name"], version)
        return {"ref": image.ref, "image_id": image.id, "digest": image.digest}

    def found_version(self, props: Properties) -> int:
        """From the id, as `version` may say "newest"."""
        return int(str(props["image_id"]).rpartition(":")[2])


class ImageLookup(Resource, module="slipway", name="ImageLookup"):
    """The image that a number names; a number that is not there is refused with those that are."""

    ref: pulumi.Output[str]
    """The image by digest, what services run."""
    image_id: pulumi.Output[str]
    digest: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        *,
        login_server: pulumi.Input[str],
        image_name: pulumi.Input[str],
        version: pulumi.Input[int],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """`version` 0 is the newest."""
        inputs = {"login_server": login_server, "image_name": image_name, "version": version}
        outputs = dict.fromkeys(ImageLookupProvider.found_keys)
        super().__init__(ImageLookupProvider(), name, {**inputs, **outputs}, opts)
