"""Services have names of their own, and an image and telemetry that exist."""

from collections import defaultdict
from collections.abc import Iterator

from slipway.rules.references import ImageReference
from stacks.settings.given import Given
from stacks.settings.problems import Problems, below, near_to
from stacks.settings.service import ServiceSettings
from stacks.settings.stack import KEYS, Settings

_SERVICES, _IMAGES, _WORKSPACE = KEYS["services"], KEYS["images"], KEYS["workspace"]


def problems(settings: Settings, given: Given, known: Problems) -> Iterator[tuple[str, str]]:
    """Keys and what is wrong with them."""
    for name, service in settings.services.items():
        for where, why in (
            *service.problems(),
            *_image(service.image, given),
            *_telemetry(service, settings, given, known),
        ):
            yield f"{below(_SERVICES, name)}.{where}", why
    yield from _shared_names(settings, known)
    yield from _shared_labels(settings)


def _image(image: ImageReference, given: Given) -> Iterator[tuple[str, str]]:
    """The latest image of a registry of this stack's own is one that this stack builds. A version may
    have been built before, and another stack's registry has other stacks' images."""
    built = given.names(_IMAGES)
    if given.has(_WORKSPACE, "existing"):
        return
    if image.version is None and built and image.name not in built:
        yield (
            "image",
            f"must be an image in {_IMAGES}, or one of the registry with its version, "
            f"got {str(image)!r}; {near_to(image.name, built)}",
        )


def _telemetry(
    service: ServiceSettings, settings: Settings, given: Given, known: Problems
) -> Iterator[tuple[str, str]]:
    setting = "applicationInsights"
    used = given.has(_WORKSPACE, "existing") or known.concern(f"{_WORKSPACE}.{setting}")
    if not service.app_insights or used:
        return
    if not settings.workspace.arguments()["application_insights"]:
        yield "appInsights", f"has no effect without {_WORKSPACE}.{setting}: true"


def _shared_names(settings: Settings, known: Problems) -> Iterator[tuple[str, str]]:
    """Two services of one target cannot have one name in Azure."""
    owners: dict[tuple[str, str], list[str]] = defaultdict(list)
    for key, service in settings.services.items():
        if not known.concern(f"{below(_SERVICES, key)}.target"):
            owners[service.target, service.name or key].append(key)
    for (_, name), keys in owners.items():
        for key in keys[1:]:
            yield (
                f"{_SERVICES}.{key}.name",
                f"must differ from the name of {_SERVICES}.{keys[0]}, got {name!r} for both",
            )


def _shared_labels(settings: Settings) -> Iterator[tuple[str, str]]:
    """A public name leads to one service."""
    owners: dict[str, str] = {}
    for key, service in settings.services.items():
        label = service.arguments().get("dns_name_label")
        if label is not None and owners.setdefault(label, key) != key:
            yield (
                f"{_SERVICES}.{key}.dnsNameLabel",
                f"must differ from the label of {_SERVICES}.{owners[label]}, got {label!r} for both",
            )
