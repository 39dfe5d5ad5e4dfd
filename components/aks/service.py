"""The Service of a scoring service: inside the cluster for a Gateway, or with an address of its own."""

from typing import TYPE_CHECKING

import pulumi
import pulumi_kubernetes as kubernetes

from components.aks.labels import SKIP_AWAIT, metadata, selector
from components.aks.names import AksNames
from slipway.rules.scoring_container import GRPC_PORT, LIVE_PATH, PORT

if TYPE_CHECKING:
    from pulumi_kubernetes.core.v1 import Service, ServicePortArgsDict

INTERNAL = "service.beta.kubernetes.io/azure-load-balancer-internal"
_PROBE = "service.beta.kubernetes.io/port_{}_health-probe_{}"


def inner_service(
    names: AksNames, namespace: pulumi.Input[str], *, grpc: bool, opts: pulumi.ResourceOptions
) -> "Service":
    """What a Gateway's route leads to."""
    ports: list[ServicePortArgsDict] = [_port("http", PORT)]
    if grpc:
        ports.append({**_port("grpc", GRPC_PORT), "app_protocol": "kubernetes.io/h2c"})
    return kubernetes.core.v1.Service(
        names.part("service"),
        metadata=metadata(
            names.service,
            names.service,
            namespace,
            # It has an address at once; waiting for each of its pods costs ten seconds (pulumi-kubernetes' await).
            {SKIP_AWAIT: "true"},
        ),
        spec={"type": "ClusterIP", "selector": selector(names.service), "ports": ports},
        opts=opts,
    )


def balanced_service(
    names: AksNames,
    namespace: pulumi.Input[str],
    *,
    tls: bool,
    grpc: bool,
    internal: bool,
    opts: pulumi.ResourceOptions,
) -> "Service":
    """With a load balancer's address, which is waited for."""
    outer = outer_port(tls=tls)
    ports: list[ServicePortArgsDict] = [{**_port("http", outer), "target_port": "http"}]
    if grpc:
        ports.append(_port("grpc", GRPC_PORT))
    return kubernetes.core.v1.Service(
        names.part("service"),
        metadata=metadata(
            names.service,
            names.service,
            namespace,
            {**_probes(outer, tls=tls), **({INTERNAL: "true"} if internal else {})},
        ),
        spec={"type": "LoadBalancer", "selector": selector(names.service), "ports": ports},
        opts=opts,
    )


def outer_port(*, tls: bool) -> int:
    """Where clients reach it."""
    return 443 if tls else 80


def _port(name: str, port: int) -> "ServicePortArgsDict":
    return {"name": name, "port": port, "target_port": name, "protocol": "TCP"}


def _probes(port: int, *, tls: bool) -> dict[str, str]:
    """Azure asks the machines: the route that answers without a key. What it would ask by itself depends on the
    protocol that a port names (AKS#3210)."""
    return {
        _PROBE.format(port, "protocol"): "Https" if tls else "Http",
        _PROBE.format(port, "request-path"): LIVE_PATH,
    }
