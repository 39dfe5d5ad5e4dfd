"""Bounds what a client may send."""

from starlette.requests import Request

from rehearsal.core.errors import ArmError

MAX_BODY_BYTES = 4 * 1024 * 1024  # ARM's own limit for a request


async def read_body(request: Request, most: int = MAX_BODY_BYTES) -> bytes:
    """The body. Raises ArmError (413) as soon as it is longer than `most` bytes."""
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > most:
            raise ArmError(
                413, "RequestEntityTooLarge", f"The request body is longer than {most} bytes."
            )
        chunks.append(chunk)
    return b"".join(chunks)
