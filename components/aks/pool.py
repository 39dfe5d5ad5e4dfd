"""How a service's pods come to the machines of one pool: what leads them there, and what lets them in.

One alone would do neither.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from components.cluster.pools import POOL_LABEL

if TYPE_CHECKING:
    from pulumi_kubernetes.core.v1 import NodeAffinityArgsDict, TolerationArgsDict

# What Azure calls a machine's pool by. A pool of `AksCluster` has another name there after each change that replaces
# it, and a label with the one that its user gave it.
_AZURES = "kubernetes.azure.com/agentpool"
# Azure's own, of spot machines, and those that its documentation gives machines with GPUs. Not every taint: a machine
# that is being emptied has one, too.
_USUAL = (
    "kubernetes.azure.com/scalesetpriority=spot:NoSchedule",
    "sku=gpu:NoSchedule",
    "nvidia.com/gpu=:NoSchedule",
)


def pool_affinity(pool: str) -> "NodeAffinityArgsDict":
    """Machines of that pool and no others."""
    return {
        "required_during_scheduling_ignored_during_execution": {
            "node_selector_terms": [
                {"match_expressions": [{"key": label, "operator": "In", "values": [pool]}]}
                for label in (POOL_LABEL, _AZURES)
            ]
        }
    }


def pool_tolerations(taints: Sequence[str]) -> "Sequence[TolerationArgsDict]":
    """Those taints, and the usual ones."""
    return [_toleration(each) for each in dict.fromkeys((*_USUAL, *taints))]


def _toleration(taint: str) -> "TolerationArgsDict":
    what, _, effect = taint.rpartition(":")
    key, _, value = what.partition("=")
    if not value:
        return {"key": key, "operator": "Exists", "effect": effect}
    return {"key": key, "operator": "Equal", "value": value, "effect": effect}
