"""Compressed request bodies."""

from __future__ import annotations

import zlib

from scoring.http.errors import Refusal
from scoring.http.message import Request

# zlib's names of the formats; HTTP's deflate is zlib's own, which some clients send without its header.
_FORMATS = {"gzip": 16 + zlib.MAX_WBITS, "x-gzip": 16 + zlib.MAX_WBITS, "deflate": zlib.MAX_WBITS}


def decoded_body(request: Request, limit: int) -> bytes:
    """The body as it was before Content-Encoding; at most `limit` bytes are ever unpacked.

    Raises Refusal: 413 beyond the limit, 415 for another encoding, 400 for a body that is not what it says.
    """
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    if encoding in ("identity", ""):
        return request.body
    if encoding not in _FORMATS:
        raise Refusal(415, f"Content-Encoding {encoding[:40]!r} is not one of gzip, deflate.")
    window = _FORMATS[encoding]
    if encoding == "deflate" and not _has_zlib_header(request.body):
        window = -zlib.MAX_WBITS
    return _unpacked(request.body, window, encoding, limit)


def _has_zlib_header(body: bytes) -> bool:
    return len(body) >= 2 and body[0] & 0x0F == 8 and (body[0] << 8 | body[1]) % 31 == 0


def _unpacked(body: bytes, window: int, encoding: str, limit: int) -> bytes:
    unpacker = zlib.decompressobj(window)
    try:
        unpacked = unpacker.decompress(body, limit + 1)
    except zlib.error as error:
        raise Refusal(400, f"The body is not {encoding}: {error}.") from None
    if len(unpacked) > limit:
        raise Refusal(
            413, f"The unpacked body is larger than the {limit} bytes that this server accepts."
        )
    if not unpacker.eof:
        raise Refusal(400, f"The {encoding} body ends too soon.")
    return unpacked
