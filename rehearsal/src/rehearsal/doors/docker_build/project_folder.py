"""The folder that a program's relative paths are relative to: its project's.

The engine starts the vendor's plug-in in that folder. It attaches to this one, which is somewhere else, so the
folder is that of the process at the other end of the connection, or the one above it that has a Pulumi.yaml.
"""

import os
from contextvars import ContextVar
from pathlib import Path

import psutil

from rehearsal.machine import peers

_PROJECT_FILES = ("Pulumi.yaml", "Pulumi.yml", "Pulumi.json")
_current: ContextVar[Path] = ContextVar("project_folder", default=Path())


def at(location: str) -> Path:
    """A path of the program whose request is answered."""
    return _current.get() / location


def enter(folder: Path) -> None:
    """From here on, in this request, paths are relative to `folder`."""
    _current.set(folder)


def of_peer(peer: str, port: int) -> Path:
    """The project's folder of a gRPC peer of our `port`; the current one where it cannot be told."""
    address = peers.address_of(peer)
    process = _process(address, port) if address else None
    if process is None:
        return Path()
    try:
        folder = Path(process.cwd())
    except (psutil.Error, OSError):
        return Path()
    return next((each for each in (folder, *folder.parents) if _is_project(each)), folder)


def _process(there: peers.Address, port: int) -> psutil.Process | None:
    """The process that holds the other end. The system gives one number to the near ends of several connections."""
    for connection in psutil.net_connections(kind="tcp"):
        if not (connection.laddr and connection.raddr) or connection.pid in (None, os.getpid()):
            continue
        near = (connection.laddr.ip.removeprefix("::ffff:"), connection.laddr.port)
        if near == there and connection.raddr.port == port:
            return psutil.Process(connection.pid)
    return None


def _is_project(folder: Path) -> bool:
    return any((folder / name).is_file() for name in _PROJECT_FILES)
