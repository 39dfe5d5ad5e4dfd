"""What the resource types work with, put together once by the daemon."""

from dataclasses import dataclass, field

from rehearsal.core.consoles import Consoles
from rehearsal.core.containers import Runtime
from rehearsal.core.far_ends import FarEnds
from rehearsal.core.faults import Faults
from rehearsal.core.identity import Identity
from rehearsal.core.rbac import Rbac
from rehearsal.core.store import Store
from rehearsal.core.tokens import Tokens


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What a subscription may have, and how long the rehearsal waits."""

    container_groups: int = 100
    """Azure's default quota, per region and subscription."""
    cores: int = 100
    """Azure's default quota of cores for container groups, per region and subscription."""
    ready_seconds: float = 120.0
    """How long a container group may take until its containers run and are ready."""


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
