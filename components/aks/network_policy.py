"""Who in the network may reach a service's pods. Probes come from the machine itself, which no policy keeps out."""

from typing import TYPE_CHECKING

import pulumi
import pulumi_kubernetes as kubernetes

from components.aks.autoscaler import scales_by_keda
from components.aks.labels import metadata, selector
from components.aks.names import AksNames
from components.aks.options import AksOptions
from slipway.rules.scoring_container import GRPC_PORT, PORT

if TYPE_CHECKING:
    from pulumi_kubernetes.networking.v1 import (
        NetworkPolicy,
        NetworkPolicyIngressRuleArgsDict,
        NetworkPolicyPeerArgsDict,
        NetworkPolicyPortArgsDict,
    )

# What names its Gateway on the pods of a proxy: Gateway API's own label, which Istio (AKS' application routing) sets,
# and Envoy Gateway's. They are in the Gateway's namespace there and in the controller's here.
_GATEWAY_LABELS = (
    "gateway.networking.k8s.io/gateway-name",
    "gateway.envoyproxy.io/owning-gateway-name",
)
# Where AKS runs KEDA.
_SYSTEM = "kube-system"


def network_policy(
    names: AksNames,
    namespace: pulumi.Input[str],
    options: AksOptions,
    *,
    gateway: str | None,
    grpc: bool,
    opts: pulumi.ResourceOptions,
) -> "NetworkPolicy":
    """`gateway` is the name of the one that leads to it; without one a load balancer's clients come from anywhere."""
    rules: list[NetworkPolicyIngressRuleArgsDict] = [_clients(gateway, grpc=grpc)]
    if gateway is not None and scales_by_keda(options):
        rules.append(
            {
                "from_": [
                    {
                        "namespace_selector": {
                            "match_labels": {"kubernetes.io/metadata.name": _SYSTEM}
                        }
                    }
                ],
                "ports": [{"port": PORT, "protocol": "TCP"}],
            }
        )
    return kubernetes.networking.v1.NetworkPolicy(
        names.part("network-policy"),
        metadata=metadata(names.service, names.service, namespace),
        spec={
            "pod_selector": {"match_labels": selector(names.service)},
            "policy_types": ["Ingress"],
            "ingress": rules,
        },
        opts=opts,
    )


def _clients(gateway: str | None, *, grpc: bool) -> "NetworkPolicyIngressRuleArgsDict":
    open_ports = [PORT, GRPC_PORT] if grpc else [PORT]
    ports: list[NetworkPolicyPortArgsDict] = [
        {"port": port, "protocol": "TCP"} for port in open_ports
    ]
    if gateway is None:
        return {"ports": ports}
    peers: list[NetworkPolicyPeerArgsDict] = [
        {"namespace_selector": {}, "pod_selector": {"match_labels": {label: gateway}}}
        for label in _GATEWAY_LABELS
    ]
    return {"from_": peers, "ports": ports}
