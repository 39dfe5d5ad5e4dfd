"""A TLS server on loopback, for the doors that speak HTTP."""

import socket
import threading

import uvicorn
from starlette.types import ASGIApp

from rehearsal.doors.kind import TlsFiles

_JOIN_SECONDS = 5.0


class TlsServer:
    """Serves an application in a thread of its own, from the moment it is made until it is stopped."""

    def __init__(
        self,
        application: ASGIApp,
        listener: socket.socket,
        tls: TlsFiles,
        *,
        name: str,
        grace_seconds: int = 0,
    ) -> None:
        """`grace_seconds`: how long a stop waits for requests that are under way; 0 cuts them off."""
        self._listener = listener
        self._grace = grace_seconds
        config = uvicorn.Config(
            application,
            ssl_certfile=tls.certificate,
            ssl_keyfile=tls.key,
            ws="wsproto",
            http="h11",  # refuses requests with no `Host` or several, as the one written in C does not
            log_config=None,
            access_log=False,
            lifespan="off",
            server_header=False,
            timeout_graceful_shutdown=max(1, grace_seconds),
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [listener]}, name=name, daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Stop and let the port go; what runs elsewhere in the process goes on."""
        self._server.should_exit = True
        # Idle connections of clients need no farewell.
        self._server.force_exit = not self._grace
        self._thread.join(self._grace + _JOIN_SECONDS)
        self._listener.close()


def listen(port: int) -> socket.socket:
    """A listening socket on 127.0.0.1 (port 0: any). Raises OSError when the port is taken.

    It names its protocol: otherwise asyncio does not see TCP and leaves Nagle's algorithm on, and every response
    with a body waits 40 ms for the client's delayed acknowledgement.
    """
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
        listener.listen(128)
    except OSError:
        listener.close()
        raise
    return listener
