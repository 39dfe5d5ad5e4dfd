"""Where a used cluster is: what each way to name it comes to, but for a kubeconfig."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pulumi

from slipway import outputs
from slipway.rules.arm_ids import last_segment, subscription
from stacks.other_stack import exported_by
from stacks.settings.cluster import ExistingCluster
from stacks.settings.problems import SettingsError

KEY = "slipway:cluster"
_STACK = f"{KEY}.existing.stack"


@dataclass(frozen=True, kw_only=True)
class ClusterPlace:
    """What `slipway:index:getCluster` is asked for."""

    resource_group: pulumi.Input[str]
    name: pulumi.Input[str]
    subscription_id: pulumi.Input[str] | None = None
    exported: Mapping[str, pulumi.Output[str]] = field(default_factory=dict)
    """What the stack that creates it says beside, by its names on the wire; Azure does not know it."""


def place_of(existing: ExistingCluster) -> ClusterPlace:
    """The place that the settings name."""
    if existing.stack is not None:
        found: pulumi.Output[outputs.ClusterOutput] = pulumi.Output.from_input(
            _cluster_of(existing.stack)
        )
        return ClusterPlace(
            resource_group=found.apply(lambda cluster: _group(cluster.id)),
            name=found.apply(lambda cluster: last_segment(cluster.id)),
            subscription_id=found.apply(lambda cluster: subscription(cluster.id)),
            exported={
                "loadBalancer": found.apply(lambda cluster: cluster.load_balancer),
                "loadBalancerSubnet": found.apply(lambda cluster: cluster.load_balancer_subnet),
            },
        )
    if existing.id is not None:
        return ClusterPlace(
            resource_group=_group(existing.id),
            name=last_segment(existing.id),
            subscription_id=subscription(existing.id),
        )
    return ClusterPlace(resource_group=existing.resource_group or "", name=existing.name or "")


def _group(cluster_id: str) -> str:
    return cluster_id.split("/")[4]


async def _cluster_of(stack: str) -> outputs.ClusterOutput:
    """The cluster that a stack exports. Raises `SettingsError`."""
    found: outputs.ClusterOutput = await exported_by(stack, "cluster", key=_STACK)
    if not found.id:
        raise SettingsError(
            {
                _STACK: f"must be a stack with a cluster in Azure, but {stack} only uses one by a kubeconfig "
                f"(context {found.name}), which it does not export: give {KEY}.existing.kubeconfig and "
                "context here too"
            }
        )
    return found
