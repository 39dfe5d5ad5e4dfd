"""What belongs together in a cluster's network, all or none of it."""

from collections.abc import Iterator, Sequence
from ipaddress import IPv4Network, ip_address, ip_network
from typing import Protocol

import pulumi

from components.service_options import Spelling

_TOGETHER = ("subnet_id", "service_cidr", "dns_service_ip")


class Network(Protocol):
    """What of a cluster's options is about its network."""

    @property
    def subnet_id(self) -> object: ...

    @property
    def service_cidr(self) -> str | None: ...

    @property
    def dns_service_ip(self) -> str | None: ...

    @property
    def pod_cidr(self) -> str | None: ...

    @property
    def private_cluster(self) -> bool: ...

    @property
    def authorized_ip_ranges(self) -> Sequence[str]: ...

    @property
    def load_balancer(self) -> str: ...

    @property
    def load_balancer_subnet(self) -> object: ...


def conflicts(options: Network, spelling: Spelling) -> Iterator[tuple[str, str]]:
    """Fields and what is wrong with them."""
    given = [name for name in _TOGETHER if getattr(options, name) is not None]
    for missing in [name for name in _TOGETHER if given and name not in given]:
        yield (
            missing,
            f"must be given beside {' and '.join(map(spelling, given))}: a cluster in a network of your own needs "
            f"{', '.join(map(spelling, _TOGETHER))}, or none of them",
        )
    networks = {name: _network(getattr(options, name)) for name in ("service_cidr", "pod_cidr")}
    for name, network in networks.items():
        value = getattr(options, name)
        if value is not None and network is None:
            yield name, f"must be a range of IPv4 addresses such as 10.0.0.0/16, got {value!r}"
    services, pods = networks["service_cidr"], networks["pod_cidr"]
    if services and pods and services.overlaps(pods):
        yield "service_cidr", f"must not overlap {spelling('pod_cidr')} ({pods}), got {services}"
    yield from _dns(options, services, spelling)
    yield from _api_server(options, spelling)


def _dns(
    options: Network, services: IPv4Network | None, spelling: Spelling
) -> Iterator[tuple[str, str]]:
    given = options.dns_service_ip
    if given is None:
        return
    try:
        address = ip_address(given)
    except ValueError:
        yield "dns_service_ip", f"must be an IPv4 address, got {given!r}"
        return
    if services is None:
        return
    if address not in services:
        yield (
            "dns_service_ip",
            f"must be in {spelling('service_cidr')} ({services}), got {given!r}",
        )
    elif address == services.network_address + 1:
        yield (
            "dns_service_ip",
            f"must not be the first address of {spelling('service_cidr')}, which the cluster's API server has, got "
            f"{given!r}",
        )


def _api_server(options: Network, spelling: Spelling) -> Iterator[tuple[str, str]]:
    ranges = options.authorized_ip_ranges
    if options.private_cluster and ranges:
        yield (
            "authorized_ip_ranges",
            f"must not be given beside {spelling('private_cluster')}: a private API server has no public address",
        )
    if wrong := [each for each in ranges if _network(each, strict=False) is None]:
        yield (
            "authorized_ip_ranges",
            f"must be IPv4 addresses or ranges such as 203.0.113.0/24, got {', '.join(map(repr, wrong))}",
        )
    if options.load_balancer_subnet is not None and options.load_balancer == "public":
        yield (
            "load_balancer_subnet",
            f"has no effect without {spelling('load_balancer')}: internal, got {options.load_balancer_subnet!r}",
        )
    elif options.load_balancer_subnet is not None and options.subnet_id is None:
        yield (
            "load_balancer_subnet",
            f"must be given beside {spelling('subnet_id')}, whose network has it, got {options.load_balancer_subnet!r}",
        )


def _network(value: str | pulumi.Output[str] | None, *, strict: bool = True) -> IPv4Network | None:
    try:
        found = ip_network(str(value), strict=strict)
    except ValueError:
        return None
    return found if isinstance(found, IPv4Network) else None
