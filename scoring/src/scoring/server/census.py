"""The connections of this process's ports, found among its own descriptors.

Granian owns its connections and shows them to nobody: not how many there are, not since when. But they are descriptors
of this process, and the system knows of each whose it is and what has gone over it (docs/decisions/0111).
"""

from __future__ import annotations

import contextlib
import os
import socket
import stat
import struct
import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

_DESCRIPTORS = Path("/proc/self/fd")
# struct tcp_info: tcpi_unacked, tcpi_last_data_recv, tcpi_bytes_acked, tcpi_notsent_bytes.
_INFO = struct.Struct("=24xI24xI64xQ16xI")


class Found(NamedTuple):
    """One connection. `inode` is its own for as long as it is open; descriptors are used again at once."""

    inode: int
    descriptor: int
    port: int
    #: As requests name it.
    client: str


class Progress(NamedTuple):
    #: Seconds since the client has sent anything.
    silent: float
    #: Something is on its way to the client, who has not taken it yet.
    sending: bool
    #: Bytes that the client has taken.
    taken: int


class Census:
    """Finds the connections that came to `ports`. Used by one thread."""

    def __init__(self, ports: Collection[int]) -> None:
        self._ports = frozenset(ports)
        self._known: dict[int, tuple[int, str] | None] = {}

    def look(self) -> list[Found]:
        found: list[Found] = []
        seen: dict[int, tuple[int, str] | None] = {}
        for descriptor, inode in _sockets():
            if inode not in seen:
                seen[inode] = (
                    self._known[inode] if inode in self._known else self._origin(descriptor, inode)
                )
                origin = seen[inode]
                if origin is not None:
                    found.append(Found(inode, descriptor, *origin))
        self._known = seen
        return found

    def _origin(self, descriptor: int, inode: int) -> tuple[int, str] | None:
        with _held(descriptor, inode) as connection, contextlib.suppress(OSError):
            if connection is not None and connection.family in (socket.AF_INET, socket.AF_INET6):
                port = connection.getsockname()[1]
                if port in self._ports:
                    return port, shown(connection.getpeername())
        return None


def shown(address: tuple[str, int]) -> str:
    """A client's address as requests have it."""
    host, port = address[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def progress(one: Found) -> Progress | None:
    """None where the system does not tell, or the connection has gone."""
    with _held(one.descriptor, one.inode) as connection:
        if connection is None:
            return None
        try:
            told = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _INFO.size)
        except OSError:
            return None
    if len(told) < _INFO.size:
        return None
    unacked, silent, taken, unsent = _INFO.unpack(told)
    return Progress(silent / 1000, bool(unacked or unsent), taken)


def hang_up(one: Found, *, at_once: bool) -> None:
    """Its owner finds that the client sends nothing more; `at_once`: nor takes anything.

    Otherwise what the client has sent until now is still read, and answered.
    """
    with _held(one.descriptor, one.inode) as connection, contextlib.suppress(OSError):
        if connection is not None:
            connection.shutdown(socket.SHUT_RDWR if at_once else socket.SHUT_RD)


def is_possible() -> bool:
    return sys.platform.startswith("linux") and _DESCRIPTORS.is_dir()


def _sockets() -> Iterator[tuple[int, int]]:
    for name in os.listdir(_DESCRIPTORS):  # noqa: PTH208  (thousands, each second: names are enough)
        try:
            status = os.fstat(int(name))
        except OSError:
            continue  # closed meanwhile, as the listing's own
        if stat.S_ISSOCK(status.st_mode):
            yield int(name), status.st_ino


@contextmanager
def _held(descriptor: int, inode: int) -> Iterator[socket.socket | None]:
    """The socket under a descriptor of its own, for a moment; None when another has taken its place."""
    try:
        copy = os.dup(descriptor)
    except OSError:
        yield None
        return
    if os.fstat(copy).st_ino != inode:
        os.close(copy)
        yield None
        return
    with socket.socket(fileno=copy) as held:
        yield held
