"""Addresses of container groups: each public one is a loopback address of its own.

So two groups may use one port, as in Azure. `fqdn` is that address too: no DNS name is ours to give.
Which address a group gets follows from its id, so that it keeps it when it is made again.

A private one is an address of its subnet, which nobody outside the virtual network can reach: nothing listens there.
"""

import hashlib
import ipaddress
import itertools
from collections.abc import Container

# 127.2.0.0 and up: 127.0.0.0/16 and 127.1.0.0/16 have other users (resolvers, 127.0.1.1).
_FIRST, _COUNT = 2, 253
_KEPT_BY_AZURE = 4
Range = ipaddress.IPv4Network | ipaddress.IPv6Network


def choose(group_id: str, taken: Container[str]) -> str:
    """The address of a group: the first free one from the place that its id points to."""
    start = int.from_bytes(hashlib.sha256(group_id.lower().encode()).digest()[:8], "big")
    size = _COUNT * 254 * 254
    for step in range(size):
        address = _nth((start + step) % size)
        if address not in taken:
            return address
    raise RuntimeError("every loopback address is taken")


def choose_private(subnet: Range, own: str | None, taken: Container[str]) -> str | None:
    """The first free address of the subnet, or the one that the group has already; None when there is none."""
    if own is not None and ipaddress.ip_address(own) in subnet:
        return own
    # Azure keeps the network's address and the three after it.
    usable = itertools.islice(subnet, _KEPT_BY_AZURE, max(0, subnet.num_addresses - 1))
    return next((str(one) for one in usable if str(one) not in taken), None)


def _nth(number: int) -> str:
    number, last = divmod(number, 254)
    second, third = divmod(number, 254)
    return f"127.{_FIRST + second}.{third + 1}.{last + 1}"
