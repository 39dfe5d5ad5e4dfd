"""What does not go together in a service, read from what was given: said whatever else is wrong with it."""

from collections.abc import Iterator, Mapping
from typing import Any

from components.service_args import shared_variables
from stacks.settings.given import Given
from stacks.settings.problems import Problems, below
from stacks.settings.stack import KEYS, Settings

_SERVICES = KEYS["services"]


def problems(settings: Settings, given: Given, known: Problems) -> Iterator[tuple[str, str]]:
    """Keys and what is wrong with them."""
    services = given.values.get(_SERVICES)
    if _SERVICES in given.hidden or not isinstance(services, Mapping):
        return
    for name, service in services.items():
        if not isinstance(service, Mapping):
            continue
        key = below(_SERVICES, name)
        if why := shared_variables(service.get("environment"), service.get("secretEnvironment")):
            yield f"{key}.secretEnvironment", why
        if service.get("keys") is not None and not _asks(name, settings, key, known):
            yield f"{key}.keys", "have no effect without auth: true"


def _asks(name: str, settings: Settings, key: str, known: Problems) -> Any:
    """Whether callers need a key, or may need one."""
    service = settings.services.get(name)
    return service is None or known.concern(f"{key}.auth") or service.arguments()["auth"]
