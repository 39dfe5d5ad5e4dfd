"""The images of a stack's services: those that it builds, and those that are in the registry."""

from dataclasses import dataclass
from typing import Any

import pulumi

from components.model_image import ModelImage, ModelImageArgs
from components.unknowns import or_none, unknown
from slipway import outputs
from slipway.resources.image_lookup import ImageLookup, ImageLookupArgs
from slipway.rules.references import ImageReference
from stacks.models import Models
from stacks.published import Published, refusal
from stacks.refusals import in_settings
from stacks.settings.images import ImageSettings
from stacks.settings.problems import below
from stacks.settings.stack import KEYS, Settings
from stacks.workspace import StackWorkspace

_NEWEST = 0


@dataclass(frozen=True)
class Image:
    """One image, by its version and by its digest."""

    id: pulumi.Output[str]
    ref: pulumi.Output[str]
    application_insights: pulumi.Output[bool]
    """Whether it can send a service's telemetry there."""
    built_here: bool = False
    """Whether this stack builds it; a version that a service names by number has been started by the stack that did."""


class Images:
    """Every image of the stack, declared once."""

    def __init__(self, settings: Settings, place: StackWorkspace, models: Models) -> None:
        self._login_server = place.login_server
        self._published = place.published
        self._settings = settings
        self._models = models
        self._built = {name: self._build(name, image) for name, image in settings.images.items()}
        self._looked_up: dict[ImageReference, Image] = {}

    def get(self, image: ImageReference) -> Image:
        """The image that a service names: a new one never runs by itself."""
        if image.version is None and image.name in self._built:
            built = self._built[image.name]
            # Built with what the services that name it need.
            return Image(built.image_id, built.ref, pulumi.Output.from_input(True), built_here=True)
        if image not in self._looked_up:
            self._looked_up[image] = self._look_up(image)
        return self._looked_up[image]

    def export(self) -> dict[str, Any]:
        """The images that the stack builds."""
        return {
            name: outputs.exported(
                outputs.ImageOutput,
                id=image.image_id,
                version=image.version,
                ref=image.ref,
                models=[
                    self._models.get(each).model_id for each in self._settings.images[name].models
                ],
            )
            for name, image in self._built.items()
        }

    def _build(self, name: str, image: ImageSettings) -> ModelImage:
        models = [self._models.get(model).artifact for model in image.models]
        arguments = image.arguments()
        telemetry = arguments["application_insights"] or self._settings.sends_telemetry(name)
        with in_settings(below(KEYS["images"], name)):
            return ModelImage(
                name,
                ModelImageArgs(
                    login_server=self._login_server,
                    image_name=name,
                    **{**arguments, "models": models, "application_insights": telemetry},
                ),
            )

    def _look_up(self, image: ImageReference) -> Image:
        # The version may be the one that this very update builds.
        built = [self._built[image.name]] if image.name in self._built else []
        found = ImageLookup(
            str(image),
            ImageLookupArgs(
                login_server=self._login_server,
                image_name=image.name,
                version=self._version(image),
            ),
            pulumi.ResourceOptions(depends_on=built),
        )
        return Image(found.image_id, found.ref, found.application_insights)

    def _version(self, image: ImageReference) -> pulumi.Input[int]:
        if image.version is None:
            return _NEWEST
        if image.name not in self._built:
            return image.version
        # Asked for as well where the version is there: a preview knows it, and an update waits for the build anyway.
        built = or_none(self._built[image.name].version)
        return pulumi.Output.all(self._published, built).apply(
            lambda both: self._to_look_up(image, both[0], both[1])
        )

    def _to_look_up(
        self, image: ImageReference, there: Published, built: int | None
    ) -> pulumi.Input[int]:
        """The version; unknown in a preview of the update that will publish it."""
        if there.has(image) or not pulumi.runtime.is_dry_run():
            return image.version or _NEWEST
        if built not in (None, image.version):
            raise refusal(self._settings, there, image)
        return unknown()
