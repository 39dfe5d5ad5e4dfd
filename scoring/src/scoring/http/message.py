"""One request and one answer, independent of the server that carries them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class Outcome:
    """What became of one request; handlers fill it, observers (metrics, collection, access log) read it.

    Seconds are floats of `time.monotonic`; `None` means "did not get that far". The values here are those of the
    class, which makes a new outcome cheap.
    """

    request_id: str = ""
    client_request_id: str = ""
    #: What is answered as x-ms-request-id, which once meant both of the others.
    legacy_request_id: str = ""
    #: The path template that matched (bounded in number: fit for a metric's label); "" when none did.
    route: str = ""
    model: str | None = None
    model_version: str | None = None
    #: Arguments of `run`, or tensors by name.
    inputs: Mapping[str, Any] | None = None
    #: What `run` returned, or tensors by name.
    outputs: Any = None
    error: BaseException | None = None
    #: The request's span while it is open, where traces are on.
    span: Any = None
    queue_seconds: float | None = None
    compute_seconds: float | None = None
    total_seconds: float = 0.0


class Request:
    """A request whose body has been read.

    `headers` has lower-case names; a repeated header's values are joined with ", ". `query` is the raw
    query string without "?". `received_at` is `time.monotonic()` when the head had been read.
    """

    __slots__ = (
        "body",
        "client",
        "headers",
        "http_version",
        "method",
        "outcome",
        "parameters",
        "path",
        "query",
        "received_at",
        "scheme",
    )

    def __init__(
        self,
        method: str,
        path: str,
        query: str = "",
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        received_at: float = 0.0,
        *,
        client: str = "",
        scheme: str = "http",
        http_version: str = "1.1",
    ) -> None:
        self.method = method
        self.path = path
        self.query = query
        self.headers: Mapping[str, str] = {} if headers is None else headers
        self.body = body
        self.received_at = received_at
        self.client = client
        self.scheme = scheme
        self.http_version = http_version
        #: Values of the path template's places, by name.
        self.parameters: Mapping[str, str] = {}
        self.outcome = Outcome()

    def header(self, name: str) -> str | None:
        """One header's value, where nobody may ever want the others."""
        return self.headers.get(name)


class Response:
    """Status, headers in the order they are sent, body. `content-length` is added by the server."""

    __slots__ = ("body", "headers", "status")

    def __init__(
        self, status: int, headers: list[tuple[str, str]] | None = None, body: bytes = b""
    ) -> None:
        self.status = status
        self.headers = [] if headers is None else headers
        self.body = body
