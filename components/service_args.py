"""What a service cannot be built from, whatever its target: said before anything is registered."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from components.arguments import got, require_known
from components.errors import InvalidArgs
from components.image_ref import unpinned
from components.service_options import ServiceOptions
from components.service_wiring import ServiceWiring
from slipway.rules.fields import refusals


@dataclass(frozen=True, kw_only=True)
class ServiceArgs(ServiceOptions, ServiceWiring):
    """Arguments of a service: what users decide, and what a program wires.

    A target's Args class extends this and the target's options.
    """

    def __post_init__(self) -> None:
        require_known(self)
        found = {
            "image": unpinned(self.image) if isinstance(self.image, str) else None,
            "secret_environment": shared_variables(self.environment, self.secret_environment),
            "primary_key": _own_keys(self) or _blank(self.primary_key),
            "secondary_key": _blank(self.secondary_key),
            "cname": _cname(self),
        }
        problems = {key: why for key, why in found.items() if why}
        if problems := problems | self.conflicts() | refusals(self):
            raise InvalidArgs(type(self).__name__, problems)


def shared_variables(plain: Any, secret: Any) -> str | None:
    """What is wrong with the secret variables beside the plain ones, as far as their names are known."""
    if not (isinstance(plain, Mapping) and isinstance(secret, Mapping)):
        return None
    both = sorted(set(plain) & set(secret))
    return f"must not set {', '.join(both)}: the plain environment sets it too" if both else None


def _own_keys(args: ServiceArgs) -> str | None:
    given = [key is not None for key in (args.primary_key, args.secondary_key)]
    if any(given) and not args.auth:
        return "and secondary_key have no effect without auth"
    return None if all(given) or not any(given) else "and secondary_key come together or not at all"


def _blank(key: object) -> str | None:
    """Of a key that is known here; the server refuses others as it starts."""
    return "must be a text that is not empty" if isinstance(key, str) and not key.strip() else None


def _cname(args: ServiceArgs) -> str | None:
    if args.cname is None or args.tls is not None:
        return None
    return f"has no effect without tls{got(args.cname)}"
