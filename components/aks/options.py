"""What users decide about a service on Azure Kubernetes Service: the one list of its settings.

`AksServiceArgs` adds what a program wires; a stack's settings are made of it (stacks/settings/aks.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from components.aks.autoscale_options import AutoscaleOptions
from components.aks.gateway_options import GatewayOptions
from components.aks.probe_options import LivenessOptions, ReadinessOptions
from components.arguments import got
from components.service_options import ServiceOptions, Spelling, as_in_python
from slipway.rules.kubernetes_names import NAMESPACE, POOL_NAME, TAINT
from slipway.rules.ranges import Range

_CPU = Range(0.01, 416, 0.001, "a machine of Azure Kubernetes Service")
_MEMORY_GB = Range(0.1, 11400, 0.001, "a machine of Azure Kubernetes Service")


@dataclass(frozen=True, kw_only=True)
class AksOptions(ServiceOptions):
    """A service on Azure Kubernetes Service."""

    auth: bool = True
    """Require a key from callers."""
    namespace: Annotated[str, NAMESPACE] = "default"
    """Namespace of its objects. A change replaces the service."""
    create_namespace: bool = False
    """Create the namespace, for pods of the restricted Pod Security Standard alone, and delete it with the service: for
    the one service that owns it."""
    num_replicas: Annotated[int, Range(1, 1000)] | None = None
    """Fixed number of replicas; without it there are as many as `autoscale` finds necessary."""
    autoscale: AutoscaleOptions = AutoscaleOptions()  # noqa: RUF009 - frozen
    """How the number of replicas follows the load; not beside `num_replicas`."""
    cpu_cores: Annotated[float, _CPU] = 0.1
    """CPU cores that each replica has for itself."""
    memory_gb: Annotated[float, _MEMORY_GB] = 0.5
    """Gigabytes of memory that each replica has for itself."""
    cpu_cores_limit: Annotated[float, _CPU] | None = None
    """CPU cores that a replica may use at most; as many as are idle by default."""
    memory_gb_limit: Annotated[float, _MEMORY_GB] | None = None
    """Gigabytes of memory at which a replica is killed; by default only where its machine has none left."""
    gpu_cores: Annotated[int, Range(0, 16)] = 0
    """GPUs of each replica."""
    max_concurrent_requests: Annotated[int, Range(1, 1024)] = 1
    """Requests that a replica computes at the same time."""
    max_queue_wait_ms: Annotated[int, Range(1, 3_600_000)] = 500
    """How long a request may wait for its turn before it is answered with 503."""
    scoring_timeout_ms: Annotated[int, Range(1, 3_600_000)] = 60_000
    """How long a request may take, its wait included, before it is answered with 504."""
    liveness: LivenessOptions = LivenessOptions()  # noqa: RUF009 - frozen
    """When a replica counts as dead, and is restarted."""
    readiness: ReadinessOptions = ReadinessOptions()  # noqa: RUF009 - frozen
    """When a replica gets no requests."""
    max_unavailable: Annotated[int, Range(0, 1000)] = 0
    """Replicas that an update may stop before new ones answer. By default none: new ones start beside the old ones,
    which takes room for twice as many. With 1 or more none start beside them, and less answer meanwhile."""
    rollout_seconds: Annotated[int, Range(60, 7200)] = 600
    """How long an update may go without progress beside `startup_seconds`: to pull the image, and for machines that the
    cluster's autoscaler brings."""
    pool: Annotated[str, POOL_NAME] | None = None
    """Agent pool whose machines it runs on; any machine without taints by default. The taints that Azure gives machines
    with GPUs and spot machines are tolerated."""
    pool_taints: Sequence[str] = ()
    """Other taints of that pool, as it has them, such as dedicated=scoring:NoSchedule."""
    gateway: GatewayOptions = GatewayOptions()  # noqa: RUF009 - frozen
    """The Gateway that leads to it, its own or one that exists; without one it has a load balancer's address."""
    internal: bool = False
    """Give it, or the Gateway that it makes, an address of the cluster's network instead of a public one."""

    def conflicts(self, spelling: Spelling = as_in_python) -> dict[str, str]:
        """As for every service; and limits below requests, two numbers of replicas, and Gateways of both kinds."""
        found = super().conflicts(spelling)
        parts: dict[str, AutoscaleOptions | GatewayOptions] = {
            "autoscale": self.autoscale,
            "gateway": self.gateway,
        }
        for name, part in parts.items():
            inner = part.conflicts(spelling)
            found |= {f"{name}.{field}": why for field, why in inner.items()}
        if self.num_replicas is not None and self.autoscale != AutoscaleOptions():
            found["num_replicas"] = (
                f"must not be given beside {spelling('autoscale')}: the number is fixed, or it follows the load"
                f"{got(self.num_replicas)}"
            )
        for name in ("cpu_cores", "memory_gb"):
            least, limit = getattr(self, name), getattr(self, f"{name}_limit")
            if limit is not None and limit < least:
                found[f"{name}_limit"] = (
                    f"must be at least {spelling(name)}, which is {least:g}, got {limit:g}"
                )
        if self.create_namespace and self.namespace == "default":
            found["create_namespace"] = (
                f"has no effect without {spelling('namespace')}: every cluster has the namespace 'default'"
            )
        if wrong := [each for each in self.pool_taints if not TAINT.allows(each)]:
            found["pool_taints"] = f"must be {TAINT.wording}, got {', '.join(map(repr, wrong))}"
        elif self.pool_taints and self.pool is None:
            found["pool_taints"] = (
                f"has no effect without {spelling('pool')}: a toleration alone leads nowhere"
            )
        if self.internal and self.gateway.name is not None:
            found["internal"] = (
                f"has no effect beside {spelling('gateway')}.{spelling('name')}: that Gateway has its address"
            )
        return found

    @property
    def least_replicas(self) -> int:
        """How many there are without load."""
        return self.autoscale.min_replicas if self.num_replicas is None else self.num_replicas

    @property
    def most_replicas(self) -> int:
        """How many there are at most."""
        return self.autoscale.max_replicas if self.num_replicas is None else self.num_replicas
