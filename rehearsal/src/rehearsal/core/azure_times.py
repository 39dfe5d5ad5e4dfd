"""What takes its time on Azure, and not in a rehearsal unless it is started with `--azure-times`."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from rehearsal.core.resource import Resource

DAY = 24 * 60 * 60


@dataclass(frozen=True, kw_only=True)
class AzureTimes:
    """Seconds; all of them are 0 where nothing is waited for."""

    identity_seconds: float = 0
    """Until the directory knows a new identity everywhere."""
    role_seconds: float = 0
    """Until a role assignment counts."""
    register_seconds: float = 0
    """How long the registration of a resource provider takes."""
    kept_seconds: float = 0
    """How long a deleted Log Analytics workspace can come back."""
    registers: bool = False
    """Whether resource providers start unregistered."""
    clock: Callable[[], float] = time.time

    def counts(self, resource: Resource, after: float) -> bool:
        """Whether the resource is that old."""
        made = datetime.fromisoformat(resource.created_at).timestamp()
        return self.clock() - made >= after


NONE = AzureTimes()
AZURE = AzureTimes(
    identity_seconds=15,
    role_seconds=30,
    register_seconds=10,
    kept_seconds=14 * DAY,
    registers=True,
)
