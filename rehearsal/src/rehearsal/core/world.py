"""What the resource types work with, put together once by the daemon."""

from dataclasses import dataclass, field
from typing import Protocol

from rehearsal.core.faults import Faults
from rehearsal.core.identity import Identity
from rehearsal.core.rbac import Rbac
from rehearsal.core.store import Store
from rehearsal.core.tokens import Tokens
from rehearsal.runtimes.base import Runtime


class Registries(Protocol):
    """The OCI door: one listening registry per Microsoft.ContainerRegistry/registries."""

    def open_registry(self, name: str, port: int) -> None:
        """Starts to listen; opening an open one is no error."""

    def close_registry(self, name: str) -> None:
        """Stops to listen and forgets what the registry held."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What a subscription may have, and how long the rehearsal waits."""

    container_groups: int = 100
    """Azure's default quota, per region and subscription."""
    ready_seconds: float = 120.0
    """How long a container group may take until its containers run and are ready."""


@dataclass(kw_only=True)
class World:
    """`registries` is set when the OCI door stands, as that door needs the core first."""

    store: Store
    identity: Identity
    tokens: Tokens
    rbac: Rbac
    faults: Faults
    runtime: Runtime
    registries: Registries
    limits: Limits = field(default_factory=Limits)
