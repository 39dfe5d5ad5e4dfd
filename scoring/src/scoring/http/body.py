"""Reading a request's body within its limit."""

from __future__ import annotations

from typing import Any

from scoring.http.errors import Refusal
from scoring.http.message import Request


async def read_body(request: Request, protocol: Any, limit: int) -> bytes:
    """The whole body. Raises Refusal (413) before reading when the length is told, while reading otherwise."""
    told = request.headers.get("content-length")
    if told is not None:
        if int(told) > limit:
            raise too_large(limit)
        return bytes(await protocol()) if told != "0" else b""
    if request.method in ("GET", "HEAD", "OPTIONS") and "transfer-encoding" not in request.headers:
        return b""
    return await _gather(protocol, limit)


async def _gather(protocol: Any, limit: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    async for part in protocol:
        size += len(part)
        if size > limit:
            raise too_large(limit)
        parts.append(part)
    return b"".join(parts)


def too_large(limit: int) -> Refusal:
    return Refusal(
        413, f"The request body is larger than the {limit} bytes that this server accepts."
    )
