"""What a service on a cluster and its parts are called: planned once."""

from dataclasses import dataclass
from typing import Self

VERSION = "main"
"""The one version that a service has. It is in every selector from the beginning: a selector never changes."""


@dataclass(frozen=True, kw_only=True)
class AksNames:
    """Names of the parts of one service in the stack, and of all its objects in the cluster."""

    name: str
    """The component, and its Deployment in the stack."""
    service: str
    """All its objects in the cluster, whose kinds tell them apart."""

    @classmethod
    def of(cls, name: str, service_name: str) -> Self:
        """The plan for a component's name and its service's name in the cluster."""
        return cls(name=name, service=service_name)

    def part(self, role: str) -> str:
        """A part of it, in the stack."""
        return f"{self.name}-{role}"

    @property
    def keys(self) -> str:
        """The Secret that holds its keys, in the cluster."""
        return f"{self.service}-keys"

    @property
    def certificate(self) -> str:
        """The Secret that holds its certificate, in the cluster."""
        return f"{self.service}-tls"

    @property
    def path(self) -> str:
        """What its addresses begin with behind a Gateway that it may share: Azure ML's form."""
        return f"/api/v1/service/{self.service}"
