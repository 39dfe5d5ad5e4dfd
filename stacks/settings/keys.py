"""Top-level keys: those there are, and where those went that there were."""

from collections.abc import Iterator

from stacks.settings.given import Given
from stacks.settings.problems import near_to
from stacks.settings.secrets import SECRETS, command
from stacks.settings.stack import KEYS

ALL = (*KEYS.values(), SECRETS)
"""Every key of a stack's configuration."""

_MOVED = {
    "slipway:model": "slipway:models, where each model has its name: "
    "`slipway:models: {diabetes: {path: …}}`; a registered model is named by the image that takes it",
    "slipway:scoring": "slipway:images: `slipway:images: {diabetes-image: {models: [diabetes], entryScript: …}}`",
    "slipway:image": "the services that run it: slipway:services.<name>.image",
    "slipway:service": "slipway:services, where each service has its name: "
    "`slipway:services: {diabetes: {target: aci, image: …}}`",
    "slipway:target": "each service: slipway:services.<name>.target",
}
_NOW_SECRETS = {
    "slipway:primaryKey": "keys",
    "slipway:secondaryKey": "keys",
    "slipway:tlsKey": "tls.keySecret",
}
_LATER = {
    "slipway:cluster": "a cluster of Azure Kubernetes Service",
    "slipway:hub": "an IoT hub",
}


def problems(given: Given) -> Iterator[tuple[str, str]]:
    """Keys that mean nothing here, and what to write instead; and a stack that declares nothing."""
    unknown = sorted(set(given.values) - set(ALL))
    for key in unknown:
        yield key, _refusal(key, given)
    if not unknown and not any(KEYS[name] in given.values for name in _DECLARED):
        yield (
            KEYS["workspace"],
            "is missing, and so are slipway:models, slipway:images and slipway:services: "
            "a stack declares at least one of them",
        )


_DECLARED = ("workspace", "models", "images", "services")


def _refusal(key: str, given: Given) -> str:
    if key in _MOVED:
        return f"has moved to {_MOVED[key]}"
    if key in _NOW_SECRETS:
        return (
            f"has moved to slipway:secrets, referred to by slipway:services.<name>.{_NOW_SECRETS[key]}: "
            f"{command(key.partition(':')[2], given)}"
        )
    if key in _LATER:
        return f"is a setting of a later release: this one does not know {_LATER[key]}; remove it"
    return f"is not a setting; {near_to(key, ALL)}"
