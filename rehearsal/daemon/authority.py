"""The rehearsal's certificate authority: made once, kept with the state, known to nobody else."""

import os
import ssl
from dataclasses import dataclass
from pathlib import Path

import certifi
import trustme

from rehearsal.core.identity import write_private

_NAMES = ("localhost", "127.0.0.1")


@dataclass(frozen=True)
class Tls:
    """What a TLS server needs, as paths of PEM files."""

    certificate: str
    key: str
    authority: str


def load(folder: Path, trust: Path) -> Tls:
    """The certificate in `folder`, made at the first call; `trust` gets the combined bundle."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    tls = Tls(str(folder / "server.pem"), str(folder / "server.key"), str(folder / "ca.pem"))
    # The authority's certificate is written last: where it is, the rest is.
    if not Path(tls.authority).exists():
        _make(tls)
    write_private(trust, _others() + b"\n" + Path(tls.authority).read_bytes())
    return tls


def _make(tls: Tls) -> None:
    authority = trustme.CA(organization_name="Slipway rehearsal")
    server = authority.issue_cert(*_NAMES)
    chain = b"".join(blob.bytes() for blob in server.cert_chain_pems)
    write_private(Path(tls.key), server.private_key_pem.bytes())
    write_private(Path(tls.certificate), chain)
    write_private(Path(tls.authority), authority.cert_pem.bytes())


def _others() -> bytes:
    """The authorities that this user trusts already, so that the bundle can replace the setting."""
    candidates = [
        os.environ.get("SSL_CERT_FILE"),
        os.environ.get("REQUESTS_CA_BUNDLE"),
        ssl.get_default_verify_paths().cafile,
        certifi.where(),
    ]
    for candidate in candidates:
        if candidate and Path(candidate).is_file():
            return Path(candidate).read_bytes()
    return b""
