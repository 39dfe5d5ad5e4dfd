"""Where clients reach a service: a load balancer's address of its own, or a Gateway and a route."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi

from components.aks.gateway import address, existing_gateway, own_gateway
from components.aks.names import AksNames
from components.aks.options import AksOptions
from components.aks.route import route
from components.aks.service import balanced_service, inner_service
from components.service_wiring import ServiceWiring
from components.unknowns import unknown


@dataclass(frozen=True, kw_only=True)
class Exposed:
    """How a service is reached."""

    address: pulumi.Output[str]
    """What to connect to."""
    base: pulumi.Output[str]
    """What all its addresses begin with."""
    resources: Sequence[pulumi.Resource]
    """What makes it so."""


def exposed(
    names: AksNames,
    options: AksOptions,
    wiring: ServiceWiring,
    pods: pulumi.Resource,
    inside: pulumi.ResourceOptions,
) -> Exposed:
    """By what the options choose."""
    if options.gateway.is_used:
        return _by_gateway(names, options, wiring, pods, inside)
    return _by_load_balancer(names, options, wiring, inside)


def _by_load_balancer(
    names: AksNames, options: AksOptions, wiring: ServiceWiring, inside: pulumi.ResourceOptions
) -> Exposed:
    tls = wiring.tls is not None
    service = balanced_service(
        names,
        options.namespace,
        tls=tls,
        grpc=options.grpc and not tls,
        internal=options.internal,
        opts=inside,
    )
    host = service.status.apply(_balancer)
    named = host if wiring.cname is None else pulumi.Output.from_input(wiring.cname)
    base = pulumi.Output.concat("https://" if tls else "http://", named)
    return Exposed(address=host, base=base, resources=[service])


def _balancer(status: Any) -> pulumi.Input[str]:
    balancer = _get(status, "load_balancer", "loadBalancer")
    first = next(iter(_get(balancer, "ingress") or ()), None)
    return _get(first, "ip") or _get(first, "hostname") or _not_yet()


def _get(value: Any, *names: str) -> Any:
    """Of an object of the SDK, or of a mapping: a preview has the one, and an update the other."""
    if value is None:
        return None
    if isinstance(value, dict):
        return next((value[name] for name in names if name in value), None)
    return getattr(value, names[0], None)


def _not_yet() -> pulumi.Input[str]:
    return unknown() if pulumi.runtime.is_dry_run() else ""


def _by_gateway(
    names: AksNames,
    options: AksOptions,
    wiring: ServiceWiring,
    pods: pulumi.Resource,
    inside: pulumi.ResourceOptions,
) -> Exposed:
    chosen = options.gateway
    host = chosen.host if wiring.cname is None else wiring.cname
    https = chosen.https or wiring.tls is not None or chosen.certificate_issuer is not None
    service = inner_service(names, options.namespace, grpc=options.grpc, opts=inside)
    if chosen.name is None:
        place = (options.namespace, names.service)
        gateway = own_gateway(
            names, options.namespace, options, host=host, https=https, opts=inside
        )
    else:
        place = (chosen.namespace or options.namespace, chosen.name)
        gateway = existing_gateway(names, *place, inside)
    led = route(
        names,
        options.namespace,
        options,
        gateway=place,
        host=host,
        grpc=options.grpc,
        # Nothing is sent to pods that are not there yet.
        opts=pulumi.ResourceOptions.merge(
            inside, pulumi.ResourceOptions(depends_on=[service, pods, gateway])
        ),
    )
    reached = address(gateway).apply(lambda found: found or _not_yet())
    named = reached if host is None else pulumi.Output.from_input(host)

    base = pulumi.Output.concat("https://" if https else "http://", named, names.path)
    return Exposed(address=reached, base=base, resources=[service, gateway, led])
