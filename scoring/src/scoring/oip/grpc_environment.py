"""What can only be said to grpcio by environment variables, which it reads once, when it is first used."""

from __future__ import annotations

from collections.abc import MutableMapping

from scoring.settings import Settings

# grpcio has no setting for the lowest version. A list of ciphers concerns TLS 1.2 alone, and for the only one in this
# list nobody has the shared key that it needs, so no TLS 1.2 comes about.
_CIPHERS = "GRPC_SSL_CIPHER_SUITES"
_NO_TLS_1_2 = "ECDHE-PSK-AES128-CBC-SHA"


def prepare(settings: Settings, variables: MutableMapping[str, str]) -> None:
    """To be called before an entry script may use grpc."""
    # Its C code writes to standard error on its own, a line for every port scan; our lines there are JSON.
    variables.setdefault("GRPC_VERBOSITY", "NONE")
    if settings.tls_certificate is not None and settings.tls_lowest == "1.3":
        variables[_CIPHERS] = _NO_TLS_1_2
