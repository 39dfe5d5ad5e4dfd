"""Bounds what a client may send."""

from starlette.requests import Request


async def read_body(request: Request, most: int, refusal: Exception) -> bytes:
    """The body. Raises `refusal` as soon as it is longer than `most` bytes."""
    chunks = bytearray()
    async for chunk in request.stream():
        chunks += chunk
        if len(chunks) > most:
            raise refusal
    return bytes(chunks)
