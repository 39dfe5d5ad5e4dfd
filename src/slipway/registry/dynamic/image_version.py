"""A pushed image's number: `version: 1 => 2` in the preview when its content changes."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pulumi
from pulumi.dynamic import CheckResult, Resource

from slipway.registry import names
from slipway.registry.dynamic.numbered import NumberedProvider
from slipway.registry.dynamic.properties import Properties, client, failure, known
from slipway.registry.errors import RegistryError

if TYPE_CHECKING:
    from slipway.registry.images import ImageStore
    from slipway.registry.records import ImageVersion


class ImageVersionProvider(NumberedProvider["ImageVersion"]):
    """Stateless. `published` in the outputs holds the numbers that this resource claimed."""

    noun = "image"
    said_keys = ("digest", "content_key", "models")
    claimed_key = "published"

    def check(self, _olds: Properties, news: Properties) -> CheckResult:
        """Refuse a wrong name, and foresee the number."""
        if known(news.get("image_name")):
            try:
                names.image(news["image_name"])
            except RegistryError as error:
                return CheckResult(news, [failure("image_name", error)])
        if not known(news.get("content_key")):
            return CheckResult(news, [])
        return CheckResult({**news, **self.foreseen(news, self.content(news))}, [])

    def store(self, login_server: str) -> "ImageStore":
        """The registry's images."""
        return client(login_server).images

    def content(self, props: Properties) -> str:
        """The content key: a rebuild may come out with another digest."""
        return str(props["content_key"])

    def publish(self, props: Properties) -> "ImageVersion":
        """The pushed image, with its number."""
        return self.store(props["login_server"]).publish(
            props["image_name"], props["digest"], self.content(props), list(props["models"])
        )

    def outputs(self, found: "ImageVersion") -> Properties:
        """Number, id and reference by digest."""
        return {"version": found.version, "image_id": found.id, "ref": found.ref}


class ImageVersionResource(Resource, module="slipway", name="ImageVersion"):
    """One image of a registry, at the number that its content has."""

    version: pulumi.Output[int]
    image_id: pulumi.Output[str]
    ref: pulumi.Output[str]
    """The image by digest, what services run."""

    def __init__(
        self,
        name: str,
        *,
        login_server: pulumi.Input[str],
        image_name: pulumi.Input[str],
        digest: pulumi.Input[str],
        content_key: pulumi.Input[str],
        models: pulumi.Input[Sequence[pulumi.Input[str]]],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """The arguments of `registry.images.ImageStore.publish`."""
        inputs: dict[str, Any] = {
            "login_server": login_server,
            "image_name": image_name,
            "digest": digest,
            "content_key": content_key,
            "models": models,
        }
        outputs = dict.fromkeys(("version", "image_id", "ref", "published"))
        super().__init__(ImageVersionProvider(), name, {**inputs, **outputs}, opts)
