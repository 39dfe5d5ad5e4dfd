"""The gRPC server: on the event loop that serves HTTP, so that both share batches, limits and health."""

from __future__ import annotations

import asyncio
import logging
import ssl
import time
from typing import Any

import grpc

from scoring.errors import ScoringError
from scoring.oip.grpc_backend import Backend
from scoring.oip.grpc_describe import Reflection
from scoring.oip.grpc_door import Door
from scoring.oip.grpc_health import Health
from scoring.oip.grpc_relay import Relay
from scoring.oip.grpc_service import Methods
from scoring.server.tls import TlsFiles
from scoring.server.watch import Watch
from scoring.service import Service

logger = logging.getLogger("scoring.grpc")

_LOOK_SECONDS = 0.01
# A client that was asked to leave, has no call open and is silent for so long has none under way either.
_QUIET_SECONDS = 1.0


class Paths(grpc.GenericRpcHandler):
    """Handlers by path; what is not there is refused by the door, and so seen."""

    def __init__(self, handlers: dict[str, Any], door: Door) -> None:
        self._handlers = handlers
        self._door = door

    def service(self, details: grpc.HandlerCallDetails) -> Any:
        return self._handlers.get(details.method) or self._door.unknown(details.method)


class GrpcServer:
    """A companion of the service, and a door; `port` is the one it got."""

    def __init__(self, service: Service, port: int) -> None:
        self.port = port
        self._service = service
        self._door = Door(service)
        self._relay = Relay(service.settings.max_connections, service.closed)
        self._backend = Backend(self._server)
        self._handlers: dict[str, Any] = {}
        self._open = False
        self._watch: Watch | None = None

    @property
    def serving(self) -> bool:
        """Calls are taken; False for a moment when grpcio's server had to be followed by another."""
        return self._backend.serving

    def clients(self) -> set[str]:
        return self._door.clients()

    async def start(self) -> None:
        """Raises ScoringError when the port cannot be had."""
        settings = self._service.settings
        services = (Methods(self._service), Health(self._service), Reflection())
        self._handlers = {
            path: handler
            for service in services
            for path, handler in service.handlers(self._door).items()
        }
        tls = await self._tls()
        await self._backend.start()
        # Several workers share one port; a single one wants to hear that it is taken.
        shared = settings.workers > 1
        try:
            self.port = await self._relay.start(settings.host, self.port, tls, shared=shared)
        except ScoringError:
            await self._backend.stop()
            raise
        self._open = True
        logger.info("gRPC on %s:%s", settings.host, self.port, extra={"grpc_port": self.port})

    async def close(self, until: float) -> None:
        """Takes no new calls; those in flight, and those that were under way, are waited for."""
        if not self._open:
            return
        self._open = False
        self._relay.let_go()
        self._door.end_streams()
        while not self._is_over() and time.monotonic() < until:
            await asyncio.sleep(_LOOK_SECONDS)
        if self._is_over():
            # First: grpcio would wait a long time for a connection on which nobody has said anything.
            await self._relay.stop()
        await self._backend.stop()
        await self._relay.stop()

    async def stop(self) -> None:
        await self.close(time.monotonic())
        if self._watch is not None:
            await self._watch.stop()

    def _server(self) -> grpc.aio.Server:
        server = grpc.aio.server(
            options=[
                ("grpc.max_receive_message_length", self._service.settings.max_body_bytes),
                ("grpc.max_send_message_length", -1),
            ],
        )
        server.add_generic_rpc_handlers((Paths(self._handlers, self._door),))
        server.add_insecure_port(self._relay.meet())
        return server

    def _is_over(self) -> bool:
        return not self._door.busy and self._relay.is_quiet(_QUIET_SECONDS)

    async def _tls(self) -> ssl.SSLContext | None:
        settings = self._service.settings
        if settings.tls_certificate is None or settings.tls_key is None:
            return None
        files = TlsFiles(settings.tls_certificate, settings.tls_key, settings.tls_lowest)
        context = files.python_context(["h2"])

        async def look() -> None:
            if files.changed():
                files.renew(context)
                logger.info("TLS certificate of gRPC has been replaced")

        self._watch = Watch(look)
        await self._watch.start()
        return context
