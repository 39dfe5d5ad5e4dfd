"""Addresses of container groups: each has a loopback address of its own.

So two groups may use one port, as in Azure. `fqdn` is that address too: no DNS name is ours to give.
Which address a group gets follows from its id, so that it keeps it when it is made again.
"""

import hashlib
from collections.abc import Container

# 127.2.0.0 and up: 127.0.0.0/16 and 127.1.0.0/16 have other users (resolvers, 127.0.1.1).
_FIRST, _COUNT = 2, 253


def choose(group_id: str, taken: Container[str]) -> str:
    """The address of a group: the first free one from the place that its id points to."""
    start = int.from_bytes(hashlib.sha256(group_id.lower().encode()).digest()[:8], "big")
    size = _COUNT * 254 * 254
    for step in range(size):
        address = _nth((start + step) % size)
        if address not in taken:
            return address
    raise RuntimeError("every loopback address is taken")


def _nth(number: int) -> str:
    number, last = divmod(number, 254)
    second, third = divmod(number, 254)
    return f"127.{_FIRST + second}.{third + 1}.{last + 1}"
