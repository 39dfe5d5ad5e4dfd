"""What the resource types work with, put together once by the daemon."""

from dataclasses import dataclass, field

from rehearsal.core.azure_times import NONE, AzureTimes
from rehearsal.core.consoles import Consoles
from rehearsal.core.containers import Runtime
from rehearsal.core.far_ends import FarEnds
from rehearsal.core.faults import Faults
from rehearsal.core.identity import Identity
from rehearsal.core.rbac import Rbac
from rehearsal.core.registrations import Registrations
from rehearsal.core.store import Store
from rehearsal.core.tokens import Tokens


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What a subscription may have."""

    container_groups: int = 100
    """Azure's default quota, per region and subscription."""
    cores: int = 100
    """Azure's default quota of cores for container groups, per region and subscription."""


@dataclass(kw_only=True)
class World:
    """One rehearsal's memory, identity and helpers."""

    store: Store
    identity: Identity
    tokens: Tokens
    rbac: Rbac
    faults: Faults
    runtime: Runtime
    far_ends: FarEnds = field(default_factory=FarEnds)
    consoles: Consoles = field(default_factory=Consoles)
    limits: Limits = field(default_factory=Limits)
    times: AzureTimes = NONE

    @property
    def registrations(self) -> Registrations:
        """Resource providers that may be used."""
        return Registrations(self.store, self.times)
