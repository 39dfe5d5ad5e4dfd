"""Every secret that services refer to exists, and every one that exists is referred to."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from stacks.settings import secrets
from stacks.settings.given import Given
from stacks.settings.problems import Problems, below, nearest
from stacks.settings.secrets import SECRETS
from stacks.settings.stack import KEYS, Settings

_SERVICES = KEYS["services"]


def problems(settings: Settings, given: Given, known: Problems) -> Iterator[tuple[str, str]]:
    """Keys and what is wrong with them."""
    names = secrets.names(given)
    for service, where, name in _uses(settings):
        if name not in names and not known.concern(SECRETS):
            yield f"{below(_SERVICES, service)}.{where}", _unknown(name, names)
    mentioned = set(_texts(given.values.get(_SERVICES)))
    for name in sorted(names - mentioned):
        yield (
            f"{SECRETS}.{name}",
            "is used by no service: refer to it in secretEnvironment, keys or tls, or remove it by "
            f"`pulumi config rm --path {SECRETS}.{name}`",
        )


def _uses(settings: Settings) -> Iterator[tuple[str, str, str]]:
    for service, found in settings.services.items():
        for where, name in found.secrets():
            yield service, where, name


def _unknown(name: str, names: Iterable[str]) -> str:
    near = nearest(name, names)
    meant = f", or did you mean {near}?" if near else ""
    return f"must be a name in {SECRETS}, got {name!r}; add it by {secrets.command(name)}{meant}"


def _texts(value: Any) -> Iterator[str]:
    """Every text in the services' settings: one that is wrong elsewhere may still refer to a secret."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
