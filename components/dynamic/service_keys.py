"""The two keys of a service: made once, kept in the state as secrets, renewed on request."""

import secrets
from typing import Any

import pulumi
from pulumi.dynamic import CreateResult, DiffResult, Resource, ResourceProvider, UpdateResult

# 256 bits: guessing is hopeless, and the text (43 characters) fits an environment variable.
_KEY_BYTES = 32
_KEYS = {"primary_key": "primary_generation", "secondary_key": "secondary_generation"}


class ServiceKeysProvider(ResourceProvider):
    """Makes a key anew when its generation changes; the other one stays valid meanwhile."""

    serialize_as_secret_always = False

    def create(self, props: dict[str, Any]) -> CreateResult:
        return CreateResult("service-keys", _inputs(props) | {key: _new_key() for key in _KEYS})

    def diff(self, _id: str, olds: dict[str, Any], news: dict[str, Any]) -> DiffResult:
        return DiffResult(changes=any(_renewed(key, olds, news) for key in _KEYS))

    def update(self, _id: str, olds: dict[str, Any], news: dict[str, Any]) -> UpdateResult:
        keys = {key: _new_key() if _renewed(key, olds, news) else olds[key] for key in _KEYS}
        return UpdateResult(_inputs(news) | keys)


class ServiceKeys(Resource, module="slipway", name="ServiceKeys"):
    """Primary and secondary key of one service."""

    primary_key: pulumi.Output[str]
    """A secret of 43 URL-safe characters."""
    secondary_key: pulumi.Output[str]
    """Another one."""

    def __init__(
        self,
        name: str,
        *,
        primary_generation: int,
        secondary_generation: int,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        outputs = pulumi.ResourceOptions(additional_secret_outputs=list(_KEYS))
        super().__init__(
            ServiceKeysProvider(),
            name,
            {
                "primary_generation": primary_generation,
                "secondary_generation": secondary_generation,
                **dict.fromkeys(_KEYS),
            },
            pulumi.ResourceOptions.merge(opts, outputs),
        )


def _inputs(props: dict[str, Any]) -> dict[str, Any]:
    # Numbers come back from the state as floats.
    return {generation: int(props[generation]) for generation in _KEYS.values()}


def _renewed(key: str, olds: dict[str, Any], news: dict[str, Any]) -> bool:
    return not olds.get(key) or int(olds[_KEYS[key]]) != int(news[_KEYS[key]])


def _new_key() -> str:
    return secrets.token_urlsafe(_KEY_BYTES)
