"""One request to a scoring service, repeated until it answers or a deadline passes."""

import http.client
import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Event
from urllib.parse import urlsplit

from slipway.provider.errors import CancelledError, SmokeTestError

# A container that starts, or is not yet routed to, answers nothing or one of these.
_NOT_YET = frozenset({502, 503, 504})
# One that does not know its new key yet, or a proxy its new route.
_OF_BEFORE = frozenset({401, 404})
# Between two attempts: a tenth of what it has taken so far, within these.
_SHORTEST_PAUSE_SECONDS, _PAUSE_SECONDS = 0.2, 1.0
# A script that cannot start has ended soon; what takes longer is looked at less often.
_FIRST_LOOK_SECONDS, _LOOK_EVERY_SECONDS = 1.0, 5.0
_ATTEMPT_SECONDS = 30.0
# Enough to recognise an error; an answer is never read to its end, however long it is.
_EXCERPT_BYTES = 500
# What is compared is read to its end, within reason.
_WHOLE_BYTES = 4 << 20


@dataclass(frozen=True, kw_only=True)
class SmokeRequest:
    """What to ask, where, and what to show of oneself."""

    uri: str
    """Scoring URI, http or https."""
    body: str | None = None
    """JSON to POST to `uri`; None asks the health route beside it instead."""
    whole: bool = False
    """Whether the answer is wanted to its end, and not only its beginning."""
    key: str | None = None
    """Bearer key; never part of a message."""
    settling_seconds: float = 0
    """How long answers may be those of before."""
    connect_to: str | None = None
    """Host to connect to, where the URI's own name does not (yet) lead there."""
    authority: str | None = None
    """PEM certificates to trust besides the system's."""


@dataclass(frozen=True)
class Answer:
    status: int
    excerpt: str
    body: str = ""
    """The answer to its end, where it was asked for."""


def until_answered(
    request: SmokeRequest,
    *,
    deadline_seconds: float,
    gave_up: Callable[[], str | None] = lambda: None,
    cancelled: Event | None = None,
) -> Answer:
    """Ask until the answer is a success. Returns it.

    `gave_up` is asked every few seconds and may say why waiting is of no use.

    Raises `SmokeTestError` on any other final answer, at the deadline, or when `gave_up` says so; `CancelledError`
    once `cancelled` is set.
    """
    stop = cancelled or Event()
    start = time.monotonic()
    end, look = start + deadline_seconds, start + _FIRST_LOOK_SECONDS
    while True:
        last = _attempt(request)
        if isinstance(last, Answer) and not _is_early(last, request, time.monotonic() - start):
            return _accepted(request, last)
        if isinstance(last, ssl.SSLCertVerificationError):
            raise SmokeTestError(
                f"{request.uri} shows a certificate that is refused: {_told(last)}"
            )
        if (now := time.monotonic()) >= look:
            look = now + min(_LOOK_EVERY_SECONDS, now - start)
            if (reason := gave_up()) is not None:
                raise SmokeTestError(f"{request.uri} cannot answer: {reason}")
        pause = min(_PAUSE_SECONDS, max(_SHORTEST_PAUSE_SECONDS, (now - start) / 10))
        if now + pause > end:
            raise SmokeTestError(
                f"{request.uri} did not answer within {deadline_seconds:g} s; last: {_told(last)}"
            )
        if stop.wait(pause):
            raise CancelledError(f"{request.uri} had not answered when the update was cancelled")


def _is_early(answer: Answer, request: SmokeRequest, seconds: float) -> bool:
    """Whether a better answer may come."""
    if answer.status in _OF_BEFORE:
        return seconds < request.settling_seconds
    return answer.status in _NOT_YET


def _accepted(request: SmokeRequest, answer: Answer) -> Answer:
    if 200 <= answer.status < 300:
        return answer
    raise SmokeTestError(
        f"the smoke request to {request.uri} was answered with {_told(answer)}; "
        "it must be answered with 2xx before the update counts as done"
    )


def _told(last: Answer | OSError | http.client.HTTPException) -> str:
    if isinstance(last, Answer):
        return f"status {last.status}: {last.excerpt or '(empty body)'}"
    return f"{type(last).__name__}: {last}"


def _attempt(request: SmokeRequest) -> Answer | OSError | http.client.HTTPException:
    try:
        connection = _connection(request)
        try:
            return _asked(connection, request)
        finally:
            connection.close()
    except (OSError, http.client.HTTPException) as error:
        return error


def _asked(connection: http.client.HTTPConnection, request: SmokeRequest) -> Answer:
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    if request.key is not None:
        headers["Authorization"] = f"Bearer {request.key}"
    parts = urlsplit(request.uri)
    headers["Host"] = parts.netloc
    if request.body is None:
        beside = parts.path.rpartition("/")[0]
        connection.request("GET", f"{beside}/", headers=headers)
    else:
        connection.request("POST", parts.path or "/", request.body.encode(), headers)
    response = connection.getresponse()
    body = response.read(_WHOLE_BYTES if request.whole else _EXCERPT_BYTES)
    excerpt = body[:_EXCERPT_BYTES].decode(errors="replace").strip()
    return Answer(response.status, excerpt, body.decode(errors="replace") if request.whole else "")


def _connection(request: SmokeRequest) -> http.client.HTTPConnection:
    parts = urlsplit(request.uri)
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    connection = http.client.HTTPConnection(
        request.connect_to or host, port, timeout=_ATTEMPT_SECONDS
    )
    if parts.scheme == "https":
        connection.connect()
        plain: socket.socket = connection.sock
        connection.sock = _trusting(request.authority).wrap_socket(plain, server_hostname=host)
    return connection


def _trusting(authority: str | None) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if authority is not None:
        context.load_verify_locations(cadata=authority)
    return context
