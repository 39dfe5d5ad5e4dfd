"""Who is at the other end of a TCP connection on this machine, as the kernel says it."""

import socket
import struct
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

Address = tuple[str, int]
# A program may use a socket for IPv6 for both: its addresses have a prefix then.
_TABLES = {Path("/proc/net/tcp"): "", Path("/proc/net/tcp6"): "0000000000000000FFFF0000"}
_ESTABLISHED = "01"
# The kernel builds the table while it is read: a row can be missed once beside others that come and go.
_READS = 3


def address_of(peer: str) -> Address | None:
    """What gRPC calls `ipv4:127.0.0.1:50412`; None for other kinds."""
    kind, _, address = peer.partition(":")
    host, _, port = address.rpartition(":")
    return (host, int(port)) if kind == "ipv4" else None


def uid_of(peer: Address, port: int) -> int | None:
    """The user who holds the end `peer` of a connection to our `port`; None where nobody is known to.

    Only an end that a process still holds counts: the kernel gives one that was closed to root.
    """
    for _ in range(_READS):
        for prefix, row in _rows():
            local, remote, state, uid, inode = row[1], row[2], row[3], row[7], row[9]
            ours = local == prefix + _hex(peer) and remote.endswith(f":{port:04X}")
            if ours and state == _ESTABLISHED and inode != "0":
                return int(uid)
    return None


def _rows() -> Iterator[tuple[str, list[str]]]:
    for table, prefix in _TABLES.items():
        with suppress(FileNotFoundError), table.open(encoding="ascii") as lines:
            next(lines)
            for line in lines:
                yield prefix, line.split()


def _hex(address: Address) -> str:
    """As the table writes an address: the four bytes as one number of this machine's byte order."""
    number = struct.unpack("=I", socket.inet_aton(address[0]))[0]
    return f"{number:08X}:{address[1]:04X}"
