"""One scoring request, by the standard library: what `slipway services score` and the demo send."""

import http.client
import socket
import ssl
import urllib.error
import urllib.request
from dataclasses import dataclass
from functools import partial
from typing import Any

from slipway.cli.private_addresses import unreachable

TIMEOUT_SECONDS = 60
_MAX_ANSWER_BYTES = 64 * 1024 * 1024


class ScoringError(Exception):
    """The service refused, or did not answer."""

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status
        """Of HTTP, where there was an answer."""


@dataclass(frozen=True)
class Way:
    """How a service behind TLS is reached, where its name alone does not lead there."""

    connect_to: str | None = None
    """Host to connect to; the certificate must be for the name in the URI all the same."""
    authority: str | None = None
    """PEM certificates to trust besides the system's."""


def post(scoring_uri: str, body: str, key: str | None = None, way: Way | None = None) -> str:
    """POST a JSON body and return the answer's text. Raises `ScoringError`."""
    if not scoring_uri.startswith(("http://", "https://")):
        raise ScoringError(f"the scoring URI must be http or https, got {scoring_uri!r}")
    request = urllib.request.Request(  # noqa: S310 - the scheme is checked above
        scoring_uri, body.encode(), {"Content-Type": "application/json"}, method="POST"
    )
    if key:
        request.add_header("Authorization", f"Bearer {key}")
    if why := unreachable(scoring_uri, way.connect_to if way else None):
        raise ScoringError(why)
    try:
        with _opener(way or Way()).open(request, timeout=TIMEOUT_SECONDS) as answer:
            return str(answer.read(_MAX_ANSWER_BYTES).decode())
    except urllib.error.HTTPError as error:
        excerpt = error.read(2000).decode(errors="replace")
        raise ScoringError(f"{scoring_uri} answered {error.code}: {excerpt}", error.code) from error
    except OSError as error:
        raise ScoringError(f"{scoring_uri} did not answer: {error}") from error


def _opener(way: Way) -> urllib.request.OpenerDirector:
    context = ssl.create_default_context()
    if way.authority:
        context.load_verify_locations(cadata=way.authority)
    if not way.connect_to:
        return urllib.request.build_opener(urllib.request.HTTPSHandler(context=context))
    # A proxy would look for the name by itself.
    direct = urllib.request.ProxyHandler({})
    return urllib.request.build_opener(direct, _Elsewhere(way.connect_to, context))


class _Elsewhere(urllib.request.HTTPSHandler):
    """Connects to one host, whatever the URL names."""

    def __init__(self, host: str, context: ssl.SSLContext) -> None:
        super().__init__(context=context)
        self._open = partial(_Connection, host, context)

    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        """The answer."""
        found: http.client.HTTPResponse = self.do_open(self._open, req)
        return found


class _Connection(http.client.HTTPSConnection):
    def __init__(self, address: str, context: ssl.SSLContext, host: str, **more: Any) -> None:
        super().__init__(host, context=context, **more)
        self._address, self._tls = address, context

    def connect(self) -> None:
        """To the address, which must show a certificate for the host."""
        plain = socket.create_connection((self._address, self.port), self.timeout)
        self.sock = self._tls.wrap_socket(plain, server_hostname=self.host)
