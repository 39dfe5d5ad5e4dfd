"""Ports that a stopped rehearsal finds free again."""

import random
import socket
from collections.abc import Iterator
from pathlib import Path

_RANGE = range(20_000, 65_536)
# ip(7): where the kernel takes the ports of outgoing connections and of `bind` to 0 from.
_EPHEMERAL = Path("/proc/sys/net/ipv4/ip_local_port_range")
_EPHEMERAL_ELSEWHERE = range(32_768, 65_536)  # RFC 6335 and Linux together
_TRIES = 200


def free_port() -> int:
    """A TCP port of the loopback interface that nobody uses now and the kernel gives to nobody unasked.

    Addresses are kept in people's states and shells: a port that any outgoing connection may take while the
    rehearsal is stopped would lose them. Raises OSError when none is found.
    """
    for port in _candidates():
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise OSError(f"none of {_TRIES} ports tried on 127.0.0.1 is free")


def _candidates() -> Iterator[int]:
    kernels = _ephemeral()
    lasting = [port for port in _RANGE if port not in kernels]
    yield from random.sample(lasting, min(_TRIES, len(lasting)))
    yield from random.sample(_RANGE, _TRIES)  # a machine whose kernel gives away all of them


def _ephemeral() -> range:
    try:
        first, last = (int(word) for word in _EPHEMERAL.read_text().split())
    except (OSError, ValueError):
        return _EPHEMERAL_ELSEWHERE
    return range(first, last + 1)
