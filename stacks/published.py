"""References to what earlier updates and other stacks published: all are looked for before anything is registered."""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field

import pulumi

from slipway.resources.published_versions import GetVersionsArgs, get_versions_output
from slipway.rules.references import ImageReference, ModelReference
from stacks.place import Place
from stacks.settings.problems import SettingsError, below, nearest
from stacks.settings.stack import KEYS, Settings

_MODELS, _IMAGES, _SERVICES = KEYS["models"], KEYS["images"], KEYS["services"]
_SHOWN = 10

Versions = Mapping[str, Sequence[int]]


@dataclass(frozen=True, kw_only=True)
class Published:
    """What the registry has of all that the stack refers to."""

    registry: str = ""
    """Its login server; empty where it does not exist yet."""
    models: Versions = field(default_factory=dict)
    images: Versions = field(default_factory=dict)

    def has(self, reference: ModelReference | ImageReference) -> bool:
        """Whether the version, or of `latest` any, is there."""
        versions = self._of(reference)
        return bool(versions) if reference.version is None else reference.version in versions

    def next_of(self, image: ImageReference) -> int:
        """The version that a new image of this name gets."""
        return max(self._of(image), default=0) + 1

    def told(self, reference: ModelReference | ImageReference) -> str:
        """What is there instead."""
        if not self.registry:
            return "the workspace's registry does not exist yet"
        versions = self._of(reference)
        if not versions:
            noun = "model" if isinstance(reference, ModelReference) else "image"
            return f"the registry {self.registry} has no {noun} {reference.name!r}"
        shown = ", ".join(map(str, versions[-_SHOWN:]))
        more = f"{len(versions) - _SHOWN} before and " if len(versions) > _SHOWN else ""
        return f"the registry {self.registry} has {more}{shown}"

    def names(self, kind: type[ModelReference] | type[ImageReference]) -> Set[str]:
        """Names that have a version."""
        return {name for name, versions in self._all(kind).items() if versions}

    def version_like(self, reference: ModelReference | ImageReference, name: str) -> str:
        """The version of that name that was probably meant: the same, else the newest."""
        versions = self._all(type(reference))[name]
        same = reference.version if reference.version in versions else max(versions)
        return f"{name}:{same}"

    def _of(self, reference: ModelReference | ImageReference) -> Sequence[int]:
        return self._all(type(reference)).get(reference.name, ())

    def _all(self, kind: type[ModelReference] | type[ImageReference]) -> Versions:
        return self.models if issubclass(kind, ModelReference) else self.images


def published(settings: Settings, place: Place) -> pulumi.Output[Published]:
    """What the registry has. Raises `SettingsError` with every reference to something else.

    A stack without such references asks nothing.
    """
    models, images = dict(_models(settings)), dict(_images(settings))
    if not models and not images:
        return pulumi.Output.from_input(Published())
    found = get_versions_output(
        GetVersionsArgs(
            resource_group=place.resource_group,
            name=place.name,
            subscription_id=place.subscription_id,
            models=sorted({each.name for each in models.values()}),
            images=sorted({each.name for each in images.values()}),
        )
    )
    return pulumi.Output.all(found.registry, found.models, found.images).apply(
        lambda facts: _checked(
            Published(registry=facts[0], models=facts[1], images=facts[2]), settings, models, images
        )
    )


def refusal(settings: Settings, there: Published, image: ImageReference) -> SettingsError:
    """Of an image that this update builds under another version than the one that services name."""
    return SettingsError(
        {
            key: _unpublished(image, there, settings)
            for key, each in _images(settings)
            if each == image
        }
    )


def _models(settings: Settings) -> Iterator[tuple[str, ModelReference]]:
    for name, image in settings.images.items():
        for index, model in enumerate(image.models):
            if model.version is not None:
                yield below(f"{below(_IMAGES, name)}.models", index), model


def _images(settings: Settings) -> Iterator[tuple[str, ImageReference]]:
    for name, service in settings.services.items():
        if service.image.version is not None or service.image.name not in settings.images:
            yield f"{below(_SERVICES, name)}.image", service.image


def _checked(
    there: Published,
    settings: Settings,
    models: Mapping[str, ModelReference],
    images: Mapping[str, ImageReference],
) -> Published:
    problems = {
        key: f"must be a registered version, got {str(model)!r}: {there.told(model)}; "
        f"{_instead_of_model(model, there, settings)}"
        for key, model in models.items()
        if not there.has(model)
    }
    problems |= {
        key: _unpublished(image, there, settings)
        for key, image in images.items()
        if not there.has(image) and not _may_be_built(there, image, settings)
    }
    if problems:
        raise SettingsError(problems)
    return there


def _unpublished(image: ImageReference, there: Published, settings: Settings) -> str:
    instead = _instead_of_image(image, there, settings)
    return f"must be a published version, got {str(image)!r}: {there.told(image)}; {instead}"


def _may_be_built(there: Published, image: ImageReference, settings: Settings) -> bool:
    """Whether this very update may publish it."""
    return image.name in settings.images and image.version == there.next_of(image)


def _instead_of_model(model: ModelReference, there: Published, settings: Settings) -> str:
    if model.name in settings.models:
        return f"write {model.name} for the one that this stack registers"
    own = {name: name for name in settings.models}
    return _instead(model, own, there, f"register the file by {below(_MODELS, model.name)}")


def _instead_of_image(image: ImageReference, there: Published, settings: Settings) -> str:
    if image.name in settings.images:
        return f"write {image.name}:latest for the one that this stack builds"
    own = {name: f"{name}:latest" for name in settings.images}
    return _instead(image, own, there, f"build it by {below(_IMAGES, image.name)}")


def _instead(
    reference: ModelReference | ImageReference,
    own: Mapping[str, str],
    there: Published,
    make: str,
) -> str:
    """What to write instead of a name or version that is not there. `own` are the stack's names, and how they are
    written."""
    published = there.names(type(reference))
    if reference.name in published:
        return f"name a version that is there, or {make}"
    near = nearest(reference.name, own.keys() | published)
    if near is None:
        others = ", ".join(sorted(published)[:_SHOWN])
        return f"name one of those that it has ({others}), or {make}" if others else make
    meant = there.version_like(reference, near) if near in published else own[near]
    return f"did you mean {meant}? Otherwise {make}"
