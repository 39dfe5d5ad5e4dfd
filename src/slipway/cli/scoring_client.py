"""One scoring request, by the standard library: what `slipway services score` and the demo send."""

import ipaddress
import socket
import urllib.error
import urllib.request
from urllib.parse import urlsplit

TIMEOUT_SECONDS = 60
# Whoever is in the network of a private address reaches it at once; elsewhere packets to it are lost without a word.
_PRIVATE_SECONDS = 5
_MAX_ANSWER_BYTES = 64 * 1024 * 1024


class ScoringError(Exception):
    """The service refused, or did not answer."""

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status
        """Of HTTP, where there was an answer."""


def post(scoring_uri: str, body: str, key: str | None = None) -> str:
    """POST a JSON body and return the answer's text. Raises `ScoringError`."""
    if not scoring_uri.startswith(("http://", "https://")):
        raise ScoringError(f"the scoring URI must be http or https, got {scoring_uri!r}")
    request = urllib.request.Request(  # noqa: S310 - the scheme is checked above
        scoring_uri, body.encode(), {"Content-Type": "application/json"}, method="POST"
    )
    if key:
        request.add_header("Authorization", f"Bearer {key}")
    _require_reachable(scoring_uri)
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310 - as above
            return str(answer.read(_MAX_ANSWER_BYTES).decode())
    except urllib.error.HTTPError as error:
        excerpt = error.read(2000).decode(errors="replace")
        raise ScoringError(f"{scoring_uri} answered {error.code}: {excerpt}", error.code) from error
    except OSError as error:
        raise ScoringError(f"{scoring_uri} did not answer: {error}") from error


def _require_reachable(scoring_uri: str) -> None:
    """Raises `ScoringError` for a private address that cannot be connected to from here."""
    parts = urlsplit(scoring_uri)
    if not _is_private(parts.hostname or ""):
        return
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        socket.create_connection((parts.hostname, port), _PRIVATE_SECONDS).close()
    except OSError as error:
        raise ScoringError(
            f"{parts.hostname} is a private address, which is reached from its virtual network alone, and not from "
            f"this machine ({error}): run this on a machine in that network"
        ) from None


def _is_private(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_private and not address.is_loopback
