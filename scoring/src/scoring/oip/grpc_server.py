"""The gRPC server: on the event loop that serves HTTP, so that both share batches, limits and health."""

from __future__ import annotations

import logging

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection, reflection_pb2

from scoring.errors import ScoringError
from scoring.oip.grpc_health import Health
from scoring.oip.grpc_messages import POOL, SERVICE
from scoring.oip.grpc_service import Methods
from scoring.service import Service

logger = logging.getLogger("scoring.grpc")

_HEALTH = "grpc.health.v1.Health"


class GrpcServer:
    """A companion of the service; `port` is the one it got."""

    def __init__(self, service: Service, port: int) -> None:
        self.port = port
        self._service = service
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
        server.add_generic_rpc_handlers((Methods(self._service).handler(),))
        health_pb2_grpc.add_HealthServicer_to_server(Health(self._service), server)
        reflection.enable_server_reflection(
            (SERVICE, _HEALTH, reflection.SERVICE_NAME), server, _reflected()
        )
        self.port = self._bind(server)
        await server.start()
        self._server = server
        logger.info("gRPC on %s:%s", settings.host, self.port, extra={"grpc_port": self.port})

    async def stop(self) -> None:
        if self._server is not None:
            await self._server.stop(self._service.settings.shutdown_seconds)

    def _bind(self, server: grpc.aio.Server) -> int:
        settings = self._service.settings
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        try:
            if settings.tls_certificate is None or settings.tls_key is None:
                return server.add_insecure_port(f"{host}:{self.port}")
            return server.add_secure_port(f"{host}:{self.port}", self._credentials())
        except RuntimeError:
            raise ScoringError(
                f"Port {self.port} on {settings.host} cannot be used for gRPC; choose another with --grpc-port."
            ) from None

    def _credentials(self) -> grpc.ServerCredentials:
        """Reads the certificate again for new connections, so that a renewed one counts."""

        def current() -> grpc.ServerCertificateConfiguration | None:
            settings = self._service.settings
            try:
                key = settings.tls_key.read_bytes()  # type: ignore[union-attr]  # _bind() has looked
                chain = settings.tls_certificate.read_bytes()  # type: ignore[union-attr]  # likewise
            except OSError as error:
                logger.warning("The certificate stays as it is: %s", error)
                return None
            return grpc.ssl_server_certificate_configuration([(key, chain)])

        first = current()
        if first is None:
            raise ScoringError(f"{self._service.settings.tls_certificate} cannot be read.")
        # None keeps the certificate that is in use.
        return grpc.dynamic_ssl_server_credentials(first, current)  # type: ignore[arg-type]  # the stub lacks None


def _reflected() -> object:
    """Our pool, with the other services' files beside ours."""
    for file in (health_pb2.DESCRIPTOR, reflection_pb2.DESCRIPTOR):
        POOL.AddSerializedFile(file.serialized_pb)
    return POOL
