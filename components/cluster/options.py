"""What users decide about a cluster: the one list of its settings.

`AksClusterArgs` adds what a program wires; a stack's settings are made of it (stacks/settings/cluster.py).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Literal

import pulumi

from components.cluster import network_rules
from components.cluster.pool_options import PoolOptions
from components.service_options import Spelling, as_in_python
from slipway.rules import cluster_capacity
from slipway.rules.arm_ids import SUBNET_ID
from slipway.rules.cluster_capacity import Purpose, Words
from slipway.rules.fields import refusals
from slipway.rules.kubernetes_versions import DEFAULT, KUBERNETES_VERSION
from slipway.rules.names import SUBNET_NAME
from slipway.rules.ranges import Range
from slipway.rules.tags import AZURE_TAGS
from slipway.rules.vm_sizes import VM_SIZE

_POOL_NAME = re.compile(r"[a-z][a-z0-9]{0,7}")
SYSTEM_POOL = "system"
_GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")

PrincipalKind = Literal["User", "Group", "ServicePrincipal"]


@dataclass(frozen=True, kw_only=True)
class MaintenanceOptions:
    """When Azure may upgrade the cluster and its machines."""

    day: Literal["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"] = (
        "Sunday"
    )
    """Day of the week. Azure heeds a window from about a day after it was set; urgent fixes ignore it."""
    start_hour: Annotated[int, Range(0, 23)] = 2
    """Hour at which the window opens, in UTC."""
    hours: Annotated[int, Range(4, 24)] = 4
    """How long it stays open."""


@dataclass(frozen=True, kw_only=True)
class ClusterOptions:
    """A cluster of Azure Kubernetes Service."""

    purpose: Purpose = "production"
    """What the cluster is for: production needs at least 12 vCPU on at least 3 machines, dev-test 2 vCPU."""
    protect: bool | None = None
    """Refuse to destroy or to replace the cluster; by default for production, and not for dev-test."""
    kubernetes_version: Annotated[str, KUBERNETES_VERSION] = DEFAULT
    """Minor version, of which Azure applies new patches in the maintenance window, or one patch version, which then
    stays. A newer one upgrades the control plane first, and then pool after pool."""
    pools: Mapping[str, PoolOptions] = field(default_factory=lambda: {"scoring": PoolOptions()})
    """Pools of machines for scoring services, by name. They are created and changed one after the other."""
    system_vm_size: Annotated[str, VM_SIZE] = "Standard_D2s_v5"
    """Size of the machines of the system pool, which runs the cluster's own pods. Later changes are
    ignored: it is part of the cluster."""
    system_count: Annotated[int, Range(1, 100)] = 2
    """How many machines the system pool has. Later changes are ignored."""
    zones: Sequence[Literal["1", "2", "3"]] = ("1", "2", "3")
    """Availability zones of the machines; empty in a region that has none. A change makes pools under new names."""
    administrators: Mapping[str, PrincipalKind] = field(default_factory=dict)
    """Who may do everything in the cluster: object id in Entra, and User, Group or ServicePrincipal. Whoever deploys
    services to it needs this."""
    subnet_id: Annotated[pulumi.Input[str], SUBNET_ID] | None = None
    """ARM id of the subnet of the machines, with `service_cidr` and `dns_service_ip`; by default Azure makes a network.
    It is set when the cluster is created: Azure refuses a change."""
    service_cidr: str | None = None
    """Range of addresses of the cluster's services. A change replaces the cluster."""
    dns_service_ip: str | None = None
    """Address of the cluster's DNS, in `service_cidr`. A change replaces the cluster."""
    pod_cidr: str = "10.244.0.0/16"
    """Range of addresses of pods, which the network outside does not see. A change replaces the cluster."""
    authorized_ip_ranges: Sequence[str] = ()
    """Addresses from which the API server may be reached; by default all."""
    private_cluster: bool = False
    """Give the API server a private address only. It is set when the cluster is created: Azure refuses a change."""
    load_balancer: Literal["public", "internal"] = "public"
    """Whether services get public addresses, or addresses in the cluster's network."""
    load_balancer_subnet: Annotated[str, SUBNET_NAME] | None = None
    """Name of the subnet of internal addresses; by default that of the machines."""
    maintenance: MaintenanceOptions = MaintenanceOptions()
    """When Azure may upgrade the cluster and its machines."""
    image_cleaner_hours: Annotated[int, Range(24, 2160)] | None = 168
    """How often unused images are removed from the machines."""
    container_insights: bool = False
    """Send the logs of all pods to the workspace's Log Analytics."""
    managed_prometheus: bool = False
    """Collect metrics into an Azure Monitor workspace, which is created for it."""
    keda: bool = False
    """Install the KEDA add-on, which scales services on metrics of their own."""
    tags: Annotated[pulumi.Input[Mapping[str, pulumi.Input[str]]], AZURE_TAGS] = field(
        default_factory=dict
    )
    """Azure tags of the cluster and its machines."""

    @property
    def protected(self) -> bool:
        """Whether the cluster may be destroyed only after that is allowed."""
        return self.purpose == "production" if self.protect is None else self.protect

    def capacity(self) -> list[cluster_capacity.Pool]:
        """What its pools count for; those of unknown sizes are left out."""
        found = (pool.capacity(name, self.purpose) for name, pool in self.pools.items())
        return [pool for pool in found if pool is not None]

    def conflicts(self, spelling: Spelling = as_in_python) -> dict[str, str]:
        """Field -> what is wrong with it beside others; of a pool `pools.<name>.<field>`."""
        found = {**dict(network_rules.conflicts(self, spelling)), **dict(self._pools(spelling))}
        if wrong := [each for each in self.administrators if not _GUID.fullmatch(each)]:
            found["administrators"] = "must have object ids of Entra (GUIDs), got " + ", ".join(
                map(repr, wrong)
            )
        if twice := sorted({each for each in self.zones if list(self.zones).count(each) > 1}):
            found["zones"] = f"must name each zone once, got {', '.join(twice)} twice"
        return found

    def _pools(self, spelling: Spelling) -> Iterator[tuple[str, str]]:
        if wrong := [name for name in self.pools if not _POOL_NAME.fullmatch(name)]:
            yield (
                "pools",
                "must have names of 1-8 lower-case letters and digits, beginning with a letter, got "
                + ", ".join(map(repr, wrong)),
            )
        elif SYSTEM_POOL in self.pools:
            yield "pools", f"must not have the name {SYSTEM_POOL!r}, which the system pool has"
        inner = {
            f"pools.{name}.{field}": why
            for name, pool in self.pools.items()
            for field, why in {**refusals(pool), **pool.conflicts(spelling)}.items()
        }
        yield from inner.items()
        if inner or wrong or SYSTEM_POOL in self.pools:
            return  # what counts is not known
        words = Words(
            spelling("pools"), spelling("count"), spelling("min_count"), spelling("purpose")
        )
        if why := cluster_capacity.refusal(self.capacity(), self.purpose, words=words):
            yield "pools", why
