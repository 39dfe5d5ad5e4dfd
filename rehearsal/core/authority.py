"""The rehearsal's own certificate authority, and the certificate of its doors, kept in the state folder."""

import datetime
from dataclasses import dataclass
from pathlib import Path

import trustme
from cryptography import x509
from cryptography.exceptions import InvalidSignature

from rehearsal.core.identity import write_private

_NAMES = ("localhost", "127.0.0.1")
_DAYS = 3650
_RENEW_BEFORE = datetime.timedelta(days=30)


@dataclass(frozen=True)
class TlsFiles:
    """Paths of PEM files. The key's is readable by its owner only."""

    authority: str
    certificate: str
    key: str


def load(state_dir: Path) -> TlsFiles:
    """The authority of that folder, made at the first start and again before it runs out.

    The authority's own key is not kept: nothing else can ever be signed with it.
    """
    folder = state_dir / "tls"
    folder.mkdir(mode=0o700, exist_ok=True)
    files = TlsFiles(str(folder / "ca.pem"), str(folder / "server.pem"), str(folder / "server.key"))
    if not _is_good(files):
        _make(files)
    return files


def _make(files: TlsFiles) -> None:
    authority = trustme.CA(organization_name="Slipway rehearsal")
    expires = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=_DAYS)
    server = authority.issue_cert(*_NAMES, not_after=expires)
    chain = b"".join(blob.bytes() for blob in server.cert_chain_pems)
    write_private(Path(files.key), server.private_key_pem.bytes())
    write_private(Path(files.certificate), chain)
    # Last: its presence says that the three belong together.
    write_private(Path(files.authority), authority.cert_pem.bytes())


def _is_good(files: TlsFiles) -> bool:
    try:
        authority = x509.load_pem_x509_certificate(Path(files.authority).read_bytes())
        server = x509.load_pem_x509_certificate(Path(files.certificate).read_bytes())
        server.verify_directly_issued_by(authority)
    except (OSError, ValueError, TypeError, InvalidSignature):
        return False
    soon = datetime.datetime.now(datetime.UTC) + _RENEW_BEFORE
    return Path(files.key).exists() and server.not_valid_after_utc > soon
