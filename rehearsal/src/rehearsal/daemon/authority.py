"""The rehearsal's certificate authority: made once, kept with the state, known to nobody else."""

import os
import ssl
from dataclasses import dataclass
from pathlib import Path

import certifi
import trustme

from rehearsal.machine import private_file

_NAMES = ("localhost", "127.0.0.1")
_BEGIN, _END = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"
_DEBIAN = "/etc/ssl/certs/ca-certificates.crt"  # a Python of its own (uv) looks elsewhere


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
    private_file.write(trust, _bundle(trust, Path(tls.authority)))
    return tls


def _make(tls: Tls) -> None:
    authority = trustme.CA(organization_name="Azure rehearsal")
    server = authority.issue_cert(*_NAMES)
    chain = b"".join(blob.bytes() for blob in server.cert_chain_pems)
    private_file.write(Path(tls.key), server.private_key_pem.bytes())
    private_file.write(Path(tls.certificate), chain)
    private_file.write(Path(tls.authority), authority.cert_pem.bytes())


def _bundle(trust: Path, own: Path) -> bytes:
    """What this user trusts already and our own authority, so that the bundle can replace the settings."""
    found: dict[str, None] = {}
    for source in [*_sources(trust), own]:
        found |= dict.fromkeys(_certificates(source))
    return ("\n".join(found) + "\n").encode()


def _sources(trust: Path) -> list[Path]:
    """The user's settings, the system's bundle, certifi's; never the bundle of an earlier start."""
    candidates = [
        os.environ.get("SSL_CERT_FILE"),
        os.environ.get("REQUESTS_CA_BUNDLE"),
        ssl.get_default_verify_paths().openssl_cafile,
        _DEBIAN,
        certifi.where(),
    ]
    paths = [Path(candidate) for candidate in candidates if candidate]
    return [path for path in paths if path.is_file() and path.resolve() != trust.resolve()]


def _certificates(path: Path) -> list[str]:
    text = path.read_text(encoding="utf-8", errors="replace")
    blocks = (block.partition(_END)[0].strip() for block in text.split(_BEGIN)[1:])
    return [f"{_BEGIN}\n{block}\n{_END}" for block in blocks]
