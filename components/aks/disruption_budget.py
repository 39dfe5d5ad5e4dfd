"""How many replicas may go at once where machines are emptied, as each upgrade of a cluster does."""

from typing import TYPE_CHECKING

import pulumi
import pulumi_kubernetes as kubernetes

from components.aks.labels import metadata, selector
from components.aks.names import AksNames

if TYPE_CHECKING:
    from pulumi_kubernetes.policy.v1 import PodDisruptionBudget

# Rounded up, so that one may always go: a budget of none stops the upgrade of the cluster (AKS#4860).
_SHARE = "25%"


def disruption_budget(
    names: AksNames, namespace: pulumi.Input[str], opts: pulumi.ResourceOptions
) -> "PodDisruptionBudget":
    """A quarter of them, and one at least."""
    return kubernetes.policy.v1.PodDisruptionBudget(
        names.part("disruption-budget"),
        metadata=metadata(names.service, names.service, namespace),
        spec={
            "selector": {"match_labels": selector(names.service)},
            "max_unavailable": _SHARE,
            # One that answers nobody keeps no machine from being emptied.
            "unhealthy_pod_eviction_policy": "AlwaysAllow",
        },
        opts=opts,
    )
