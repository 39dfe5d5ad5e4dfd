"""TLS of the gRPC port: the certificate that the HTTP port has, looked at again for each new connection."""

from __future__ import annotations

import logging

import grpc

from scoring.errors import ScoringError
from scoring.server.tls import TlsFiles

logger = logging.getLogger("scoring.grpc")


def credentials(files: TlsFiles) -> grpc.ServerCredentials:
    """Raises ScoringError when the files cannot be used together."""

    def renewed() -> grpc.ServerCertificateConfiguration | None:
        """None keeps the certificate that is in use."""
        if not files.changed():
            return None
        try:
            found = _configuration(files)
        except ScoringError as error:
            logger.warning("%s gRPC stays with the certificate that it has.", error)
            return None
        logger.info("TLS certificate of gRPC has been replaced")
        return found

    return grpc.dynamic_ssl_server_credentials(_configuration(files), renewed)  # type: ignore[arg-type]  # the stub lacks None


def _configuration(files: TlsFiles) -> grpc.ServerCertificateConfiguration:
    key, chain = files.pair()
    return grpc.ssl_server_certificate_configuration([(key, chain)])
