"""A pushed image's number: `version: 1 => 2` in the preview when its content changes."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pulumi
from pulumi.dynamic import (
    CheckResult,
    CreateResult,
    DiffResult,
    ReadResult,
    Resource,
    ResourceProvider,
    UpdateResult,
)

from registry import names
from registry.dynamic.properties import Properties, changed, client, failure, known, numbers
from registry.errors import NotFoundError, RegistryError

if TYPE_CHECKING:
    from registry.records import ImageVersion

_PLACE = ("login_server", "image_name")
_SAID = ("digest", "content_key", "models")


class ImageVersionProvider(ResourceProvider):
    """Stateless. `published` in the outputs holds the numbers that this resource claimed."""

    serialize_as_secret_always = False

    def check(self, _olds: Properties, news: Properties) -> CheckResult:
        """Refuse a wrong name, and foresee the number."""
        if known(news.get("image_name")):
            try:
                names.image(news["image_name"])
            except RegistryError as error:
                return CheckResult(news, [failure("image_name", error)])
        return CheckResult({**news, **_foreseen(news)}, [])

    def diff(self, _id: str, olds: Properties, news: Properties) -> DiffResult:
        """Another image is an update; another registry or name is another resource."""
        replaces = changed(olds, news, _PLACE)
        return DiffResult(changes=bool(replaces or changed(olds, news, _SAID)), replaces=replaces)

    def create(self, props: Properties) -> CreateResult:
        """Claim the number."""
        return CreateResult(f"{props['login_server']}/{props['image_name']}", _published(props, []))

    def update(self, _id: str, olds: Properties, news: Properties) -> UpdateResult:
        """Claim the number; those before it stay."""
        return UpdateResult(_published(news, numbers(olds.get("published"))))

    def read(self, id_: str, props: Properties) -> ReadResult:
        """The version as it is, or nothing when it was deleted."""
        store = client(props["login_server"]).images
        try:
            image = store.get(props["image_name"], int(props["version"]))
        except NotFoundError:
            return ReadResult("", {})
        return ReadResult(id_, {**props, **_outputs(image)})

    def delete(self, _id: str, props: Properties) -> None:
        """Delete the numbers that this resource claimed, and only them."""
        store = client(props["login_server"]).images
        for version in reversed(numbers(props.get("published"))):
            try:
                store.delete(props["image_name"], version)
            except NotFoundError:
                continue


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


def _foreseen(news: Properties) -> Properties:
    """Number, id and (of a known content) reference; nothing where the registry does not answer."""
    name, key = news.get("image_name"), news.get("content_key")
    if not known(news.get("login_server"), name, key):
        return {}
    try:
        image = client(news["login_server"]).images.find(str(name), str(key))
        if image is not None:
            return _outputs(image)
        version = client(news["login_server"]).images.predict_version(str(name), str(key))
    except RegistryError:
        return {}  # an update will say why; a preview shows the number as unknown
    return {"version": version, "image_id": f"{name}:{version}"}


def _published(props: Properties, before: list[int]) -> Properties:
    store = client(props["login_server"]).images
    name, key = props["image_name"], props["content_key"]
    there = store.find(name, key)
    image = store.publish(name, props["digest"], key, list(props["models"]))
    made = [] if there is not None else [image.version]
    return {**props, **_outputs(image), "published": sorted({*before, *made})}


def _outputs(image: "ImageVersion") -> Properties:
    return {"version": image.version, "image_id": image.id, "ref": image.ref}
