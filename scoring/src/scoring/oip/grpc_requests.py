"""What a client sends to the gRPC port, looked over before grpcio gets it.

A call whose `:path` is no UTF-8 ends the loop in which grpcio's server takes calls. Its letters are replaced here, so
that the call is refused like every method that nobody serves and the connection's other calls have no part in it.
"""

from __future__ import annotations

from typing import NamedTuple

from scoring.oip.header_blocks import HeaderBlocks, Malformed

_PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
_HEAD = 9
_HEADERS, _PUSH_PROMISE, _CONTINUATION = 1, 5, 9
_END_STREAM, _END_HEADERS, _PADDED, _PRIORITY = 0x1, 0x4, 0x8, 0x20
_PRIORITY_BYTES = 5
# grpcio refuses calls with more than 16 KiB of metadata, and frames that are larger than this.
_MOST_BLOCK_BYTES = 64 * 1024
_MOST_FRAME_BYTES = 16 * 1024
_MOST_FRAMES = 32


class Unacceptable(Exception):
    """The connection is to be ended; the text says why."""


class _Heads(NamedTuple):
    """One call's HEADERS frame and the CONTINUATION frames that belong to it; `end`: where the next frame begins."""

    stream: bytes
    flags: int
    block: bytes
    end: int


class Requests:
    """Follows the frames of one connection. `calls`: how many have been begun (trailers count as well)."""

    def __init__(self) -> None:
        self.calls = 0
        self._greeted = False
        self._held = b""
        # Bytes of the last frame that are still to come.
        self._rest = 0
        self._blocks = HeaderBlocks()

    def passed(self, data: bytes) -> bytes:
        """What is to be handed on for `data`; a call's head that has not come whole is kept. Raises Unacceptable."""
        data, self._held = self._held + data, b""
        at = self._rest
        if not self._greeted:
            if not _greets(data):
                self._held = data
                return b""
            self._greeted, at = True, len(_PREFACE)
        begin = 0
        mended: list[bytes] = []
        while at + _HEAD <= len(data):
            kind = data[at + 3]
            if kind == _HEADERS:
                heads = _heads(data, at)
                if heads is None:
                    break
                block = self._mended(heads)
                if block is not None:
                    mended += [data[begin:at], _frames(heads, block)]
                    begin = heads.end
                at = heads.end
            elif kind in (_CONTINUATION, _PUSH_PROMISE):
                raise Unacceptable(f"a frame of type {kind} has no place here")
            else:
                at += _HEAD + _length(data, at)
        self._rest = max(at - len(data), 0)
        if at < len(data):
            data, self._held = data[:at], data[at:]
        return b"".join([*mended, data[begin:]]) if mended else data

    def _mended(self, heads: _Heads) -> bytes | None:
        """What is to be handed on in place of its block; None: the frames as they came."""
        self.calls += 1
        try:
            block = self._blocks.mended(heads.block)
        except Malformed:
            raise Unacceptable("its headers cannot be read") from None
        # grpcio does not know padding: it would read it as part of the block.
        return heads.block if block is None and heads.flags & _PADDED else block


def _greets(data: bytes) -> bool:
    """The preface has come whole. Raises Unacceptable."""
    if not data.startswith(_PREFACE[: len(data)]):
        raise Unacceptable("it does not speak HTTP/2")
    return len(data) >= len(_PREFACE)


def _heads(data: bytes, at: int) -> _Heads | None:
    """The head that begins here; None when it has not come whole. Raises Unacceptable."""
    stream, flags = data[at + 5 : at + _HEAD], data[at + 4]
    parts: list[bytes] = []
    size, end, frame_flags = 0, at, flags
    while True:
        length = _length(data, end)
        size += _HEAD + length
        if length > _MOST_FRAME_BYTES or size > _MOST_BLOCK_BYTES or len(parts) >= _MOST_FRAMES:
            raise Unacceptable(f"a call's headers take more than {_MOST_BLOCK_BYTES} bytes")
        begin, end = end + _HEAD, end + _HEAD + length
        if end > len(data):
            return None
        parts.append(data[begin:end])
        if frame_flags & _END_HEADERS:
            parts[0] = _unpadded(parts[0], flags)
            return _Heads(stream, flags, b"".join(parts), end)
        if end + _HEAD > len(data):
            return None
        frame_flags = data[end + 4]
        if data[end + 3] != _CONTINUATION or data[end + 5 : end + _HEAD] != stream:
            raise Unacceptable("a call's headers are interrupted")


def _unpadded(payload: bytes, flags: int) -> bytes:
    begin, end = 0, len(payload)
    if flags & _PADDED:
        if not payload:
            raise Unacceptable("a frame's padding is longer than the frame")
        begin, end = 1, end - payload[0]
    if flags & _PRIORITY:
        begin += _PRIORITY_BYTES
    if begin > end:
        raise Unacceptable("a frame's padding is longer than the frame")
    return payload[begin:end]


def _frames(heads: _Heads, block: bytes) -> bytes:
    frames: list[bytes] = []
    kind, flags = _HEADERS, heads.flags & _END_STREAM
    for begin in range(0, len(block), _MOST_FRAME_BYTES):
        part = block[begin : begin + _MOST_FRAME_BYTES]
        if begin + len(part) == len(block):
            flags |= _END_HEADERS
        frames += [len(part).to_bytes(3, "big"), bytes([kind, flags]), heads.stream, part]
        kind, flags = _CONTINUATION, 0
    return b"".join(frames)


def _length(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 3], "big")
