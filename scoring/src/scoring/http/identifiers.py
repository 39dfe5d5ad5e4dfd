"""Request ids as Azure ML's server takes and gives them."""

from __future__ import annotations

import itertools
import os
import uuid

from scoring.http.errors import Refusal
from scoring.http.message import Request, Response

_LIMIT = 100

_COUNTED_BITS = 48


class _Ids:
    """UUIDs of version 4 whose last part counts: an id must be unique, not unguessable, and random ones cost more."""

    def __init__(self) -> None:
        self.start()

    def start(self) -> None:
        drawn = str(uuid.uuid4())
        self._random = drawn[:24]
        self._counter = itertools.count(int(drawn[24:], 16))

    def next(self) -> str:
        return f"{self._random}{next(self._counter) % 2**_COUNTED_BITS:012x}"


_ids = _Ids()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_ids.start)

new_id = _ids.next


def assign(request: Request) -> None:
    """Fills the outcome's ids. Raises Refusal (431) when one is longer than 100 characters."""
    headers, outcome = request.headers, request.outcome
    given = headers.get("x-request-id")
    request_id = new_id() if given is None else given
    if len(request_id) > _LIMIT:
        raise Refusal(431, f"x-request-id must not exceed {_LIMIT} characters")
    outcome.request_id = request_id
    legacy = headers.get("x-ms-request-id", "")
    client_id = headers.get("x-ms-client-request-id", "") or legacy
    if not client_id:
        outcome.legacy_request_id = request_id
        return
    legacy = legacy or client_id
    if len(client_id) > _LIMIT or len(legacy) > _LIMIT:
        message = f"x-ms-request-id and x-ms-client-request-id must not exceed {_LIMIT} characters"
        raise Refusal(431, message)
    outcome.client_request_id = client_id
    outcome.legacy_request_id = legacy


def echo(request: Request, response: Response, server_version: str) -> None:
    """Adds the ids that the request got, the server's version, and Office's TraceId."""
    outcome, headers, sent = request.outcome, request.headers, response.headers
    if server_version:
        sent.append(("x-ms-server-version", server_version))
    if outcome.request_id:
        sent.append(("x-request-id", outcome.request_id))
    if outcome.legacy_request_id:
        sent.append(("x-ms-request-id", outcome.legacy_request_id))
    if outcome.client_request_id:
        sent.append(("x-ms-client-request-id", outcome.client_request_id))
    if "traceid" in headers:
        sent.append(("TraceId", headers["traceid"]))
