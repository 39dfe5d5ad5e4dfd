"""What a service on Container Instances is called in Azure: planned once."""

from dataclasses import dataclass
from typing import Self

from slipway.rules.physical_names import physical_name


@dataclass(frozen=True, kw_only=True)
class AciNames:
    """Physical names of one service."""

    container_group: str
    """Unique in its resource group."""
    dns_name_label: str
    """Unique in its region, among everybody's services."""

    @classmethod
    def of(cls, service_name: str, *owner: str) -> Self:
        """The plan for a service of `owner`: whatever tells it from services of that name elsewhere."""
        # A label begins with a letter; a container group's name need not.
        first = () if service_name[:1].isalpha() else ("service",)
        return cls(
            container_group=service_name,
            dns_name_label=physical_name(*first, service_name, *owner),
        )
