"""Every secret that services refer to exists, and every one that exists is referred to."""

from collections.abc import Iterable, Iterator, Mapping
from functools import reduce
from typing import Any

from stacks.settings import secrets
from stacks.settings.given import Given
from stacks.settings.problems import Problems, below, nearest
from stacks.settings.secrets import SECRETS
from stacks.settings.service import secret_references
from stacks.settings.stack import KEYS, Settings

_SERVICES = KEYS["services"]


def problems(settings: Settings, given: Given, known: Problems) -> Iterator[tuple[str, str]]:
    """Keys and what is wrong with them."""
    names = secrets.names(given)
    if isinstance(given.values.get(SECRETS, {}), Mapping):
        for where, name in _uses(given):
            if name not in names:
                yield where, _unknown(name, names, given)
    mentioned = set(_texts(given.values.get(_SERVICES)))
    for name in sorted(names - mentioned):
        yield (
            f"{SECRETS}.{name}",
            "is used by no service: refer to it in secretEnvironment, keys or tls, or remove it by "
            f"`pulumi config rm{given.of_stack} --path {SECRETS}.{name}`",
        )


def _uses(given: Given) -> Iterator[tuple[str, str]]:
    """Where a secret is referred to, and its name: of what was given, as what stands beside it may be wrong."""
    services = given.values.get(_SERVICES)
    if _SERVICES in given.hidden or not isinstance(services, Mapping):
        return
    for service, settings in services.items():
        for where, name in secret_references(settings):
            yield reduce(below, where, below(_SERVICES, service)), name


def _unknown(name: str, names: Iterable[str], given: Given) -> str:
    near = nearest(name, names)
    meant = f", or did you mean {near}?" if near else ""
    return f"must be a name in {SECRETS}, got {name!r}; add it by {secrets.command(name, given)}{meant}"


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
