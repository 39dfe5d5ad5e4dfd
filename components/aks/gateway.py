"""The Gateway of a service's own. Fields of the standard channel only: AKS takes no others."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pulumi

from components.aks.labels import labels, metadata
from components.aks.names import AksNames
from components.aks.options import AksOptions
from components.aks.service import INTERNAL

if TYPE_CHECKING:
    from pulumi_kubernetes.meta.v1 import ObjectMetaArgsDict

API = "gateway.networking.k8s.io/v1"
# Provider's word for: it has an address, and its proxy is there.
_READY = {"pulumi.com/waitFor": "condition=Programmed"}
_ISSUER = "cert-manager.io/cluster-issuer"


class Gateway(pulumi.CustomResource):
    """A Gateway. Not by the SDK's class for what it does not know, which has no status: that says where it is."""

    status: pulumi.Output[Any]
    """What its controller says of it."""

    def __init__(
        self,
        name: str,
        metadata: "ObjectMetaArgsDict | None",
        spec: Mapping[str, Any] | None,
        opts: pulumi.ResourceOptions,
    ) -> None:
        given = {"metadata": metadata, "spec": spec} if metadata else {}
        told = {"apiVersion": API, "kind": "Gateway", **given, "status": None}
        super().__init__(f"kubernetes:{API}:Gateway", name, told, opts)


def own_gateway(
    names: AksNames,
    namespace: str,
    options: AksOptions,
    *,
    host: pulumi.Input[str] | None,
    https: bool,
    opts: pulumi.ResourceOptions,
) -> Gateway:
    """One listener; with a certificate it serves https."""
    chosen = options.gateway
    annotations: dict[str, pulumi.Input[str]] = {**_READY}
    if chosen.certificate_issuer is not None:
        annotations[_ISSUER] = chosen.certificate_issuer
    spec: dict[str, Any] = {
        "gatewayClassName": chosen.class_name,
        "listeners": [_listener(names, host, https=https)],
    }
    infrastructure: dict[str, Any] = {"labels": labels(names.service)}
    if options.internal:
        infrastructure["annotations"] = {INTERNAL: "true"}
    spec["infrastructure"] = infrastructure
    return Gateway(
        names.part("gateway"),
        metadata(names.service, names.service, namespace, annotations),
        spec,
        opts,
    )


def existing_gateway(
    names: AksNames, namespace: str, name: str, opts: pulumi.ResourceOptions
) -> Gateway:
    """One that somebody else has made: only read."""
    return Gateway(
        names.part("gateway"),
        None,
        None,
        pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(id=f"{namespace}/{name}")),
    )


def _listener(names: AksNames, host: pulumi.Input[str] | None, *, https: bool) -> dict[str, Any]:
    listener: dict[str, Any] = {
        "name": "https" if https else "http",
        "protocol": "HTTPS" if https else "HTTP",
        "port": 443 if https else 80,
        "allowedRoutes": {"namespaces": {"from": "Same"}},
    }
    if host is not None:
        listener["hostname"] = host
    if https:
        listener["tls"] = {
            "mode": "Terminate",
            "certificateRefs": [{"kind": "Secret", "name": names.certificate}],
        }
    return listener


def address(gateway: Gateway) -> pulumi.Output[str]:
    """Where it is reached."""
    return gateway.status.apply(_first_address)


def _first_address(status: Any) -> str:
    found = (status or {}).get("addresses") or []
    return str(found[0]["value"]) if found else ""
