"""Granian on a socket that we have opened, inside a process and thread that we own."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

from granian._granian import SocketHolder
from granian.http import HTTP1Settings
from granian.server.embed import Server

from scoring.errors import ScoringError

_BACKLOG = 2048


def bind(host: str, port: int) -> socket.socket:
    """A listening socket. Raises ScoringError when the address cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listening = socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except OSError as error:
        why = error.strerror or str(error)
        raise ScoringError(
            f"port {port} on {host} cannot be used: {why}; choose another with --port"
        ) from None
    listening.set_inheritable(True)
    return listening


class Listener(Server):
    """Serves an RSGI application on the running event loop; `stop()` and `reload()` come from that loop."""

    def __init__(
        self,
        application: Any,
        listening: socket.socket,
        certificate: Path | None = None,
        key: Path | None = None,
    ) -> None:
        host, port = listening.getsockname()[:2]
        super().__init__(
            application, address=host, port=port, websockets=False, backlog=_BACKLOG, log_enabled=False,
            ssl_cert=certificate, ssl_key=key, backpressure=_BACKLOG,
            http1_settings=HTTP1Settings(header_read_timeout=30_000),
        )  # fmt: skip
        self._listening = listening

    def _init_shared_socket(self) -> None:
        # Our own socket: port 0 works, and a reload of certificates keeps the queue of new connections.
        self._ssp = None
        self._shd = SocketHolder(self._listening.fileno(), False, _BACKLOG)
        self._sfd = self._shd.get_fd()
