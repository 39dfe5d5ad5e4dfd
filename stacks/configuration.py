"""Reads the stack's configuration, once."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pulumi
from pulumi.runtime import config as raw

from stacks.settings.given import Given
from stacks.settings.keys import ALL
from stacks.settings.parse import parse
from stacks.settings.secrets import SECRETS
from stacks.settings.stack import Settings
from stacks.settings.written import as_written
from stacks.stack_file import written_configuration

Secrets = Mapping[str, pulumi.Output[str]]
"""The values of `slipway:secrets` by name; never in plain text."""

_NAMESPACE, _KEY = SECRETS.split(":")


def load() -> tuple[Settings, Secrets]:
    """Settings and secrets of the current stack; raises `SettingsError` with all problems."""
    texts = {key: text for key in _keys() if (text := raw.get_config(key)) is not None}
    written = written_configuration()
    given = Given(
        values={key: as_written(_value(text), written.get(key)) for key, text in texts.items()},
        written=written,
        hidden={key for key in texts if raw.is_config_secret(key)},
        stack=f"{pulumi.get_organization()}/{pulumi.get_project()}/{pulumi.get_stack()}",
    )
    return parse(given), _secrets(given)


def _secrets(given: Given) -> Secrets:
    values = pulumi.Config(_NAMESPACE).get_secret_object(_KEY)
    return {} if values is None else {name: _text(values, name) for name in given.names(SECRETS)}


def _text(values: pulumi.Output[Any], name: str) -> pulumi.Output[str]:
    return values.apply(lambda found: str(found[name]))


def _value(text: str) -> Any:
    """An object or array comes as JSON; anything else stays the text it is."""
    if not text.lstrip().startswith(("{", "[")):
        return text
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _keys() -> Iterator[str]:
    """The stack's own keys, and those of others that are read. Pulumi has no call that lists them."""
    found = {**raw.get_config_env(), **raw.CONFIG.get()}
    return (key for key in found if key in ALL or key.startswith(f"{_NAMESPACE}:"))
