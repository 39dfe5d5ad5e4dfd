"""Request ids as Azure ML's server takes and gives them."""

from __future__ import annotations

import os
from random import Random

from scoring.http.errors import Refusal
from scoring.http.message import Request, Response

_LIMIT = 100

# Seeded once (again in a forked worker, below); an id must be unique, not unguessable, and urandom costs 10 µs a call.
_random = Random()  # noqa: S311  (not a secret)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_random.seed)


def new_id() -> str:
    """A UUID of version 4."""
    digits = f"{_random.getrandbits(128):032x}"
    variant = "89ab"[int(digits[16], 16) & 3]
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"


def assign(request: Request) -> None:
    """Fills the outcome's ids. Raises Refusal (431) when one is longer than 100 characters."""
    headers = request.headers
    given = headers.get("x-request-id")
    request_id = new_id() if given is None else given
    if len(request_id) > _LIMIT:
        raise Refusal(431, f"x-request-id must not exceed {_LIMIT} characters")
    request.outcome.request_id = request_id
    legacy = headers.get("x-ms-request-id", "")
    client_id = headers.get("x-ms-client-request-id", "") or legacy
    legacy = legacy or client_id or request_id
    if len(client_id) > _LIMIT or len(legacy) > _LIMIT:
        message = f"x-ms-request-id and x-ms-client-request-id must not exceed {_LIMIT} characters"
        raise Refusal(431, message)
    request.outcome.client_request_id = client_id
    request.outcome.legacy_request_id = legacy


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
