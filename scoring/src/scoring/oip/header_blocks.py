"""HTTP/2's header blocks (HPACK, RFC 7541), read only so far that a `:path` that is no text is found and mended."""

from __future__ import annotations

from collections import deque

from scoring.oip import huffman

# Names of the static table (appendix A), in its order: what counts here is their length, and which are `:path`.
_STATIC_TABLE = (
    ":authority :method :method :path :path :scheme :scheme "
    ":status :status :status :status :status :status :status "
    "accept-charset accept-encoding accept-language accept-ranges accept access-control-allow-origin age allow "
    "authorization cache-control content-disposition content-encoding content-language content-length "
    "content-location content-range content-type cookie date etag expect expires from host if-match "
    "if-modified-since if-none-match if-range if-unmodified-since last-modified link location max-forwards "
    "proxy-authenticate proxy-authorization range referer refresh retry-after server set-cookie "
    "strict-transport-security transfer-encoding user-agent vary via www-authenticate"
)
_NAMES = _STATIC_TABLE.split()
_PATH = ":path"
# What an entry of the dynamic table takes besides its letters, and how large the table may be if nobody says more.
_ENTRY_BYTES = 32
_TABLE_BYTES = 4096
_MOST_INTEGER_BYTES = 5
_MOST_KEPT, _LONGEST_KEPT = 16, 1024

_ASCII = bytes(byte if byte < 0x80 else ord("?") for byte in range(256))


class Malformed(Exception):
    """This is no header block; nothing that follows on its connection can be understood."""


class HeaderBlocks:
    """All header blocks of one direction of a connection, in their order."""

    def __init__(self) -> None:
        # Of the dynamic table only names and sizes are kept, newest first.
        self._entries: deque[tuple[str, int]] = deque()
        self._size = 0
        self._limit = _TABLE_BYTES
        # Blocks that were as they should be, and stay so for as long as the table stays as it is: a client's calls are
        # most often alike.
        self._sound: set[bytes] = set()

    def mended(self, block: bytes) -> bytes | None:
        """`block` with readable letters in its `:path`; None when it is as it should be. Raises Malformed.

        The letters are as many as before, so that the reader's table stays like the writer's.
        """
        if block in self._sound:
            return None
        kept = len(self._sound) < _MOST_KEPT and len(block) < _LONGEST_KEPT
        if kept:
            # Taken out again when it changes the table.
            self._sound.add(block)
        try:
            mended = self._walked(block)
        except (IndexError, ValueError):
            raise Malformed from None
        if kept and mended is not None:
            self._sound.discard(block)
        return mended

    def _walked(self, block: bytes) -> bytes | None:
        at = begin = 0
        parts: list[bytes] = []
        while at < len(block):
            first = block[at]
            if first & 0x80:
                index, at = _integer(block, at, 7)
                self._name(index)
            elif first & 0xE0 == 0x20:
                self._sound.clear()
                self._limit, at = _integer(block, at, 5)
                if self._limit > _TABLE_BYTES:
                    raise ValueError("a larger table than was offered")
                self._evict()
            else:
                value_at, at, value = self._literal(block, at, indexed=bool(first & 0x40))
                if value is not None:
                    parts += [block[begin:value_at], _raw_text(value)]
                    begin = at
        return b"".join([*parts, block[begin:]]) if parts else None

    def _literal(self, block: bytes, at: int, *, indexed: bool) -> tuple[int, int, bytes | None]:
        """Where its value begins, where it ends, and what takes the value's place, if anything."""
        index, at = _integer(block, at, 6 if indexed else 4)
        if index:
            name = self._name(index)
        else:
            text, at = _text(block, at)
            name = text.decode("latin-1")
        if not indexed and name != _PATH:
            length, behind = _integer(block, at, 7)
            _end(block, behind + length)
            return at, behind + length, None
        value, behind = _text(block, at)
        if indexed:
            self._add(name, len(name) + len(value) + _ENTRY_BYTES)
        return at, behind, None if name != _PATH or _is_text(value) else value.translate(_ASCII)

    def _name(self, index: int) -> str:
        if index == 0:
            raise ValueError("an index of nothing")
        if index <= len(_NAMES):
            return _NAMES[index - 1]
        return self._entries[index - len(_NAMES) - 1][0]

    def _add(self, name: str, size: int) -> None:
        self._sound.clear()
        self._entries.appendleft((name, size))
        self._size += size
        self._evict()

    def _evict(self) -> None:
        while self._size > self._limit:
            self._size -= self._entries.pop()[1]


def _integer(block: bytes, at: int, bits: int) -> tuple[int, int]:
    """The number that begins in the last `bits` of this byte, and where it ends."""
    most = (1 << bits) - 1
    value = block[at] & most
    at += 1
    if value < most:
        return value, at
    for place in range(_MOST_INTEGER_BYTES):
        byte = block[at]
        at += 1
        value += (byte & 0x7F) << 7 * place
        if byte < 0x80:
            return value, at
    raise ValueError("a number that never ends")


def _text(block: bytes, at: int) -> tuple[bytes, int]:
    packed = block[at] & 0x80
    length, at = _integer(block, at, 7)
    end = _end(block, at + length)
    text = block[at:end]
    return huffman.decode(text) if packed else text, end


def _raw_text(value: bytes) -> bytes:
    most, length = 0x7F, len(value)
    if length < most:
        return bytes([length]) + value
    head, length = bytearray([most]), length - most
    while length >= 0x80:
        head.append(length & 0x7F | 0x80)
        length >>= 7
    head.append(length)
    return bytes(head) + value


def _end(block: bytes, at: int) -> int:
    if at > len(block):
        raise IndexError("a text that is longer than its block")
    return at


def _is_text(value: bytes) -> bool:
    try:
        value.decode()
    except UnicodeDecodeError:
        return False
    return True
