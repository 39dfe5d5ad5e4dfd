"""What a service on Container Instances and its parts are called: planned once."""

from dataclasses import dataclass
from typing import Self

from slipway.rules.physical_names import physical_name


@dataclass(frozen=True, kw_only=True)
class AciNames:
    """Names of the parts of one service, in the stack and in Azure."""

    group: str
    """The container group, in the stack."""
    keys: str
    """The pair of keys, in the stack."""
    start_check: str
    """The start of its image, in the stack."""
    smoke_test: str
    """The smoke test, in the stack."""
    container_group: str
    """The container group in Azure, unique in its resource group."""

    @classmethod
    def of(cls, name: str, service_name: str) -> Self:
        """The plan for a component's name and its service's name in Azure."""
        return cls(
            group=name,
            keys=f"{name}-keys",
            start_check=f"{name}-check",
            smoke_test=f"{name}-smoke",
            container_group=service_name,
        )


def dns_name_label(service_name: str, *owner: str) -> str:
    """The first label of a service's public name, where none is given: unique in its region.

    `owner` is whatever tells the service from services of that name elsewhere.
    """
    # A label begins with a letter; a container group's name need not.
    first = () if service_name[:1].isalpha() else ("service",)
    return physical_name(*first, service_name, *owner)
