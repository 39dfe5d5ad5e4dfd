"""What can be done with a service that runs; one file a target, and one line here."""

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol

from slipway.cli.errors import CommandError

if TYPE_CHECKING:
    from slipway.cli.components import Component
    from slipway.cli.scoring_client import Way
    from slipway.outputs import ServiceOutput

# Loaded only when a service has this target: clients of Azure take a second to import.
TARGETS = {
    "aci": "slipway.cli.targets.aci",
}


class Target(Protocol):
    """A module in this folder."""

    COMPONENT: str
    """Type token of the component, whose outputs are the service's keys."""

    def errors(self) -> tuple[type[Exception], ...]:
        """What its functions raise with a sentence for the user."""

    def created(self, service: "ServiceOutput") -> bool:
        """Whether it is known where the service is; not before an update got as far."""

    def described(
        self, component: "Component", settings: Mapping[str, Any], resource_group: str
    ) -> "ServiceOutput":
        """A service as far as an update got with it; what is not known is empty."""

    def keys(self, component: "Component") -> dict[str, str | None]:
        """Its primary and secondary key; None where the update did not get as far."""

    def way(self, component: "Component") -> "Way":
        """How it is reached behind TLS, as far as the state tells."""

    def states(self, services: "Sequence[ServiceOutput]") -> list[Mapping[str, Any]]:
        """What is to be seen of each, in their order.

        `state` at least; where they are known its `detail`, `restarts`, and the `problem` of one that fails.
        """

    def logs(self, service: "ServiceOutput", tail: int) -> str:
        """The last lines that its scoring container printed."""

    def restart(self, service: "ServiceOutput") -> None:
        """Restart it and wait until that is done."""


def of(service: "ServiceOutput") -> Target:
    """The target of a service. Raises CommandError for one that is of a later release."""
    if service.target not in TARGETS:
        raise CommandError(
            f"the target {service.target!r} of {service.name} is not known here, only "
            f"{', '.join(TARGETS)}: use the release of Slipway that deployed it"
        )
    return named(service.target)


def named(target: str) -> Target:
    """The module of a target."""
    module: Target = import_module(TARGETS[target])
    return module
