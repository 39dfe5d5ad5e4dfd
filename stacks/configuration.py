"""Reads the stack's configuration, once."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi.runtime import config as raw

from stacks.settings import KEYS, Settings, parse

SECRETS = {
    "primaryKey": "Own primary key of the service, with secondaryKey; both are made where none is given.",
    "secondaryKey": "Own secondary key of the service.",
    "tlsKey": "Private key of service.tls.certificateFile, PEM.",
}
"""Secret keys of the namespace, all optional."""

_NAMESPACE = "slipway:"


@dataclass(frozen=True, kw_only=True)
class Secrets:
    """What is configured by `pulumi config set --secret`; never in plain text."""

    primary_key: pulumi.Output[str] | None = None
    secondary_key: pulumi.Output[str] | None = None
    tls_key: pulumi.Output[str] | None = None


def load() -> tuple[Settings, Secrets]:
    """Settings and secrets of the current stack; raises `SettingsError` with all problems."""
    config = pulumi.Config("slipway")
    values, hidden = {}, set()
    for field, key in KEYS.items():
        if (text := raw.get_config(key)) is not None:
            values[_alias(field)] = _value(text)
        if raw.is_config_secret(key):
            hidden.add(key)
    known = set(KEYS.values()) | {_NAMESPACE + name for name in SECRETS}
    settings = parse(values, unknown={key for key in _keys() if key not in known}, hidden=hidden)
    return settings, Secrets(
        primary_key=config.get_secret("primaryKey"),
        secondary_key=config.get_secret("secondaryKey"),
        tls_key=config.get_secret("tlsKey"),
    )


def _alias(field: str) -> str:
    return Settings.model_fields[field].alias or field


def _value(text: str) -> Any:
    """An object or array comes as JSON; anything else stays the text it is."""
    if not text.lstrip().startswith(("{", "[")):
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text


def _keys() -> Iterator[str]:
    """The stack's own keys. Pulumi has no call that lists them."""
    found = {**raw.get_config_env(), **raw.CONFIG.get()}
    return (key for key in found if key.startswith(_NAMESPACE))
