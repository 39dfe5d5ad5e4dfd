"""ImageVersion: gives a pushed image its number, and knows the number before."""

from typing import TYPE_CHECKING

from slipway.provider.handler import Properties
from slipway.provider.numbered import NumberedHandler, Store
from slipway.provider.values import known
from slipway.registry import names
from slipway.registry.client import RegistryClient, shared_client
from slipway.registry.errors import RegistryError
from slipway.resources.image_version import ImageVersionArgs

if TYPE_CHECKING:
    from slipway.registry.records import ImageVersion


class ImageVersionHandler(NumberedHandler["ImageVersion"]):
    """`published` holds the numbers that the resource claimed."""

    args = ImageVersionArgs
    noun = "image"
    claimed = "published"
    compared = ("digest", "content_key", "models")
    computed = ("version", "image_id", "ref", "published")

    def refusals(self, inputs: Properties) -> dict[str, str]:
        """A wrong name."""
        try:
            if known(inputs["image_name"]):
                names.image(inputs["image_name"])
        except RegistryError as error:
            return {"image_name": str(error)}
        return {}

    def store(self, registry: RegistryClient) -> Store["ImageVersion"]:
        """The registry's images."""
        return registry.images

    def content(self, inputs: Properties) -> str:
        """The content key: a rebuild may come out with another digest."""
        key: str = inputs["content_key"]
        return key

    def publish(self, inputs: Properties) -> "ImageVersion":
        """The pushed image, with its number."""
        return shared_client(inputs["login_server"]).images.publish(
            inputs["image_name"], inputs["digest"], inputs["content_key"], inputs["models"]
        )

    def described(self, found: "ImageVersion") -> Properties:
        """Number, id and reference by digest."""
        return {"version": found.version, "image_id": found.id, "ref": found.ref}

    def imported(self, found: "ImageVersion") -> Properties:
        """What the image's own labels say."""
        return {
            "digest": found.digest,
            "content_key": found.content_key,
            "models": list(found.models),
        }
