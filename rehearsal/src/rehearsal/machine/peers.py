"""Who is at the other end of a TCP connection on this machine, as the kernel says it."""

import socket
import struct
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from rehearsal.machine import landlock

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


@dataclass(frozen=True)
class End:
    """An end of a connection: the user who holds it, and the socket's number."""

    uid: int
    inode: int


def end_of(peer: Address, port: int) -> End | None:
    """The end `peer` of a connection to our `port`; None where nobody is known to hold it.

    Only an end that a process still holds counts: the kernel gives one that was closed to root.
    """
    for _ in range(_READS):
        for prefix, row in _rows():
            local, remote, state, uid, inode = row[1], row[2], row[3], row[7], row[9]
            ours = local == prefix + _hex(peer) and remote.endswith(f":{port:04X}")
            if ours and state == _ESTABLISHED and inode != "0":
                return End(int(uid), int(inode))
    return None


def is_confined(end: End) -> bool:
    """Whether the end is held by a process that gave up gaining privileges, as containers here have (see landlock).

    So is one that cannot be looked into. Where this process itself has done so it tells nothing, and no end is.
    """
    if not landlock.abi() or _no_new_privileges("self"):
        return False
    name = f"socket:[{end.inode}]"
    processes = [one for one in Path("/proc").iterdir() if one.name.isdigit()]
    holders = [one.name for one in processes if _holds(one, name)]
    return not holders or any(_no_new_privileges(one) for one in holders)


def _holds(process: Path, name: str) -> bool:
    with suppress(OSError):
        return any(_target(descriptor) == name for descriptor in (process / "fd").iterdir())
    return False


def _target(descriptor: Path) -> str:
    with suppress(OSError):  # closed meanwhile
        return str(descriptor.readlink())
    return ""


def _no_new_privileges(process: str) -> bool:
    with suppress(OSError):
        return "NoNewPrivs:\t1" in Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    return False


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
