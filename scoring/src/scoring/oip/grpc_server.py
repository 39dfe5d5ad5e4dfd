"""The gRPC server: on the event loop that serves HTTP, so that both share batches, limits and health."""

from __future__ import annotations

import logging
from typing import Any

import grpc

from scoring.errors import ScoringError
from scoring.oip import grpc_tls
from scoring.oip.grpc_describe import Reflection
from scoring.oip.grpc_door import Door
from scoring.oip.grpc_health import Health
from scoring.oip.grpc_service import Methods
from scoring.server.tls import TlsFiles
from scoring.service import Service

logger = logging.getLogger("scoring.grpc")


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
        self._server: grpc.aio.Server | None = None

    async def start(self) -> None:
        """Raises ScoringError when the port cannot be had."""
        settings = self._service.settings
        server = grpc.aio.server(
            options=[
                ("grpc.max_receive_message_length", settings.max_body_bytes),
                ("grpc.max_send_message_length", -1),
                # Several workers share one port; a single one wants to hear that it is taken.
                ("grpc.so_reuseport", int(settings.workers > 1)),
            ],
        )
        services = (Methods(self._service), Health(self._service), Reflection())
        handlers = {
            path: handler
            for service in services
            for path, handler in service.handlers(self._door).items()
        }
        server.add_generic_rpc_handlers((Paths(handlers, self._door),))
        self.port = self._bind(server)
        await server.start()
        self._server = server
        logger.info("gRPC on %s:%s", settings.host, self.port, extra={"grpc_port": self.port})

    async def close(self) -> None:
        """Takes no new calls; those in flight have `shutdown_seconds`."""
        if self._server is not None:
            self._door.end_streams()
            await self._server.stop(self._service.settings.shutdown_seconds)

    async def stop(self) -> None:
        await self.close()

    def _bind(self, server: grpc.aio.Server) -> int:
        settings = self._service.settings
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        address = f"{host}:{self.port}"
        credentials = None
        if settings.tls_certificate is not None and settings.tls_key is not None:
            files = TlsFiles(settings.tls_certificate, settings.tls_key, settings.tls_lowest)
            credentials = grpc_tls.credentials(files)
        try:
            if credentials is None:
                return server.add_insecure_port(address)
            return server.add_secure_port(address, credentials)
        except RuntimeError:
            raise ScoringError(
                f"Port {self.port} on {settings.host} cannot be used for gRPC; choose another with --grpc-port."
            ) from None
