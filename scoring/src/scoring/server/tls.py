"""TLS material: checked before it is used, watched while it is."""

from __future__ import annotations

import ssl
from pathlib import Path

from scoring.errors import ScoringError

#: Granian's order: on, certificate, key, password, lowest version, CA, revocation lists, client certificates.
TlsContext = tuple[bool, str | None, str | None, str | None, str, str | None, list[str], bool]

PLAIN: TlsContext = (False, None, None, None, "tls1.3", None, [], False)

_LOWEST = {"tls1.2": ssl.TLSVersion.TLSv1_2, "tls1.3": ssl.TLSVersion.TLSv1_3}

_PKCS8 = "-----BEGIN PRIVATE KEY-----"


class TlsFiles:
    """Certificate chain and key as PEM files that may be replaced at any time."""

    def __init__(self, certificate: Path, key: Path, lowest: str) -> None:
        self.certificate = certificate
        self.key = key
        self._lowest = f"tls{lowest}"
        self._seen = self._contents()

    def context(self) -> TlsContext:
        """Raises ScoringError when the files cannot be used together."""
        self._check()
        return (True, str(self.certificate), str(self.key), None, self._lowest, None, [], False)

    def python_context(self, protocols: list[str]) -> ssl.SSLContext:
        """For Python's own sockets. Raises ScoringError when the files cannot be used together."""
        self._check()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = _LOWEST[self._lowest]
        context.set_alpn_protocols(protocols)
        context.load_cert_chain(self.certificate, self.key)
        return context

    def renew(self, context: ssl.SSLContext) -> None:
        """New connections get what the files hold now. Raises ScoringError and leaves it as it is."""
        self._check()
        context.load_cert_chain(self.certificate, self.key)

    def changed(self) -> bool:
        """The files differ from when this was last asked (or from the start)."""
        now = self._contents()
        if now is None or now == self._seen:
            return False
        self._seen = now
        return True

    def _contents(self) -> tuple[bytes, bytes] | None:
        try:
            return self.certificate.read_bytes(), self.key.read_bytes()
        except OSError:
            return None

    def _check(self) -> None:
        for what, path in (("certificate", self.certificate), ("key", self.key)):
            if not path.is_file():
                raise ScoringError(f"The TLS {what} {path} does not exist.")
        if _PKCS8 not in self.key.read_text(errors="replace"):
            raise ScoringError(
                f"The TLS key {self.key} is not an unencrypted PKCS#8 key; convert it with "
                f"`openssl pkcs8 -topk8 -nocrypt -in {self.key.name} -out key.pem`."
            )
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(self.certificate, self.key)
        except (ssl.SSLError, OSError) as error:
            raise ScoringError(
                f"The TLS certificate {self.certificate} and key {self.key} cannot be used together: {error}."
            ) from None
