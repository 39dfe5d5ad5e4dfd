"""How the number of a service's replicas follows its load."""

from dataclasses import dataclass
from typing import Annotated, Literal

from components.service_options import Spelling
from slipway.rules.ranges import Range


@dataclass(frozen=True, kw_only=True)
class AutoscaleOptions:
    """How the number of replicas follows the load."""

    min_replicas: Annotated[int, Range(1, 1000)] = 1
    """Replicas without load."""
    max_replicas: Annotated[int, Range(1, 1000)] = 10
    """Replicas at most."""
    target_utilization: Annotated[int, Range(1, 100)] = 70
    """Per cent that a replica is to be busy: of `metric`."""
    metric: Literal["cpu", "concurrency"] = "cpu"
    """What load is. `cpu`: use of `cpu_cores`, for which a cluster needs nothing. `concurrency`: requests in progress,
    waiting ones included, of the `max_concurrent_requests` that a replica computes at once; for a cluster with KEDA."""
    refresh_seconds: Annotated[int, Range(1, 300)] = 3
    """How often KEDA looks at `concurrency`. How often the cluster looks at `cpu` is its own, 15 s on AKS."""
    scale_down_seconds: Annotated[int, Range(0, 3600)] = 60
    """How long less must have been enough before replicas are taken away."""

    def conflicts(self, spelling: Spelling) -> dict[str, str]:
        """Field -> what is wrong with it beside others."""
        found: dict[str, str] = {}
        if self.min_replicas > self.max_replicas:
            found["max_replicas"] = (
                f"must be at least {spelling('min_replicas')}, which is {self.min_replicas}, got {self.max_replicas}"
            )
        return found
