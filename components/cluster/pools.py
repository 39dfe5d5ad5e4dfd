"""A cluster's pools for scoring services, each a resource of its own."""

from typing import TYPE_CHECKING

import pulumi
import pulumi_azure_native as azure

from components.cluster.names import pool_name
from components.cluster.options import ClusterOptions
from components.cluster.timeouts import TIMEOUTS

if TYPE_CHECKING:
    from pulumi_azure_native.containerservice import AgentPool, ManagedCluster

POOL_LABEL = "slipway.io/pool"
"""Label with the pool's name in the settings: the one in Azure differs from it, and changes."""


def declare_pools(
    parent: pulumi.Resource,
    name: str,
    options: ClusterOptions,
    resource_group: pulumi.Input[str],
    cluster: "ManagedCluster",
) -> "list[AgentPool]":
    """One after the other: of two side by side Azure cancels one for the other (Azure/AKS#1913)."""
    made: list[AgentPool] = []
    for each, pool in options.pools.items():
        physical = pool_name(each, pool, options.zones)
        # Under a name of its own in the stack too, so that a new one is there before the old one goes.
        made.append(
            azure.containerservice.AgentPool(
                f"{name}-{physical}",
                resource_group_name=resource_group,
                resource_name_=cluster.name,
                agent_pool_name=physical,
                mode="User",
                type="VirtualMachineScaleSets",
                os_type="Linux",
                vm_size=pool.vm_size,
                count=pool.machines(options.purpose),
                enable_auto_scaling=pool.autoscaled,
                min_count=pool.min_count,
                max_count=pool.max_count,
                availability_zones=list(options.zones) or None,
                node_labels={**pool.all_labels(), POOL_LABEL: each},
                node_taints=pool.all_taints() or None,
                os_disk_size_gb=pool.os_disk_size_gb,
                # After the control plane, on which each pool depends.
                orchestrator_version=options.kubernetes_version,
                scale_set_priority="Spot" if pool.spot else "Regular",
                scale_set_eviction_policy="Delete" if pool.spot else None,
                spot_max_price=-1 if pool.spot else None,
                vnet_subnet_id=options.subnet_id,
                tags=options.tags or None,
                opts=pulumi.ResourceOptions(
                    parent=parent,
                    # It makes room for another pool while the cluster stays; the guard stands before all.
                    protect=False,
                    depends_on=made[-1:],
                    deleted_with=cluster,
                    # "Cannot manually scale AgentPool ...": it is sent once, as Azure wants one to begin with.
                    ignore_changes=["count"] if pool.autoscaled else [],
                    custom_timeouts=TIMEOUTS,
                ),
            )
        )
    return made
