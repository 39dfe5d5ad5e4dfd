"""What a Gateway does with a service's requests.

Fields of the standard channel only, as AKS takes no others: so the proxy tries nothing a second time.
"""

import math
from typing import Any

import pulumi
import pulumi_kubernetes as kubernetes

from components.aks.gateway import API
from components.aks.labels import metadata
from components.aks.names import AksNames
from components.aks.options import AksOptions
from slipway.rules.scoring_container import GRPC_PORT, PORT

GRPC_SERVICE = "/inference.GRPCInferenceService"
# The server's own answer comes first, and says why.
_MARGIN_SECONDS = 5


def route(
    names: AksNames,
    namespace: str,
    options: AksOptions,
    *,
    gateway: tuple[str, str],
    host: pulumi.Input[str] | None,
    grpc: bool,
    opts: pulumi.ResourceOptions,
) -> pulumi.Resource:
    """From the Gateway of that namespace and name to the service's pods."""
    owner, name = gateway
    spec: dict[str, Any] = {
        "parentRefs": [
            {
                "group": "gateway.networking.k8s.io",
                "kind": "Gateway",
                "namespace": owner,
                "name": name,
            }
        ],
        "rules": _rules(names, options, alone=is_alone(options, host), grpc=grpc),
    }
    if host is not None:
        spec["hostnames"] = [host]
    return kubernetes.apiextensions.CustomResource(
        names.part("route"),
        api_version=API,
        kind="HTTPRoute",
        metadata=metadata(names.service, names.service, namespace),
        spec=spec,
        opts=opts,
    )


def is_alone(options: AksOptions, host: pulumi.Input[str] | None) -> bool:
    """Whether no other service answers under the same name, so that every path may be this one's."""
    return options.gateway.class_name is not None or host is not None


def _rules(
    names: AksNames, options: AksOptions, *, alone: bool, grpc: bool
) -> list[dict[str, Any]]:
    timeout = f"{math.ceil(options.scoring_timeout_ms / 1000) + _MARGIN_SECONDS}s"
    found: list[dict[str, Any]] = [
        {
            "matches": [_prefix(names.path)],
            "filters": [
                {
                    "type": "URLRewrite",
                    "urlRewrite": {
                        "path": {"type": "ReplacePrefixMatch", "replacePrefixMatch": "/"}
                    },
                }
            ],
            "backendRefs": [_backend(names, PORT)],
            "timeouts": {"request": timeout},
        }
    ]
    if alone and grpc:
        found.append(
            {
                "matches": [_prefix(GRPC_SERVICE)],
                "backendRefs": [_backend(names, GRPC_PORT)],
                "timeouts": {"request": timeout},
            }
        )
    if alone:
        found.append(
            {
                "matches": [_prefix("/")],
                "backendRefs": [_backend(names, PORT)],
                "timeouts": {"request": timeout},
            }
        )
    return found


def _prefix(path: str) -> dict[str, Any]:
    return {"path": {"type": "PathPrefix", "value": path}}


def _backend(names: AksNames, port: int) -> dict[str, Any]:
    """What the API server would fill in is said, so that nothing differs from what it answers."""
    return {"group": "", "kind": "Service", "name": names.service, "port": port, "weight": 1}
