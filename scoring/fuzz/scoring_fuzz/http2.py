"""HTTP/2 as a client of no library writes it: frame by frame, byte by byte."""

import contextlib
import socket
from typing import NamedTuple

from scoring.oip.grpc_messages import SERVICE

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, RST_STREAM, SETTINGS, PUSH_PROMISE, PING, GOAWAY = 0, 1, 3, 4, 5, 6, 7
WINDOW_UPDATE, CONTINUATION = 8, 9
END_STREAM, END_HEADERS, PADDED, PRIORITY = 1, 4, 8, 32
#: Literals that go into the table, that do not, and that never may: their first byte and its bits for the name.
INDEXED, BARE, NEVER = (0x40, 6), (0x00, 4), (0x10, 4)
LIVE = f"/{SERVICE}/ServerLive".encode()
#: An empty message.
EMPTY = bytes(5)
_HEAD = 9
_PATIENCE_SECONDS = 20.0


class Frame(NamedTuple):
    kind: int
    flags: int
    stream: int
    payload: bytes


def frame(kind: int, flags: int = 0, stream: int = 0, payload: bytes = b"") -> bytes:
    head = len(payload).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big")
    return head + payload


def integer(value: int, bits: int, first: int = 0) -> bytes:
    """A number in the last `bits` of a byte that begins with `first`, and in those that follow."""
    most = (1 << bits) - 1
    if value < most:
        return bytes([first | value])
    found, value = bytearray([first | most]), value - most
    while value >= 128:
        found.append(value & 127 | 128)
        value >>= 7
    return bytes(found) + bytes([value])


def text(value: bytes) -> bytes:
    return integer(len(value), 7) + value


def literal(name: int | bytes, value: bytes, kind: tuple[int, int] = INDEXED) -> bytes:
    """A field with a name of its own, or with that of an entry of the tables."""
    first, bits = kind
    named = integer(name, bits, first) if isinstance(name, int) else bytes([first]) + text(name)
    return named + text(value)


def block(path: bytes, *more: bytes) -> bytes:
    """The fields of a call; `path` is one of them."""
    usual = [literal(1, b"here"), literal(b"te", b"trailers"), literal(31, b"application/grpc")]
    return b"".join([b"\x83\x86", path, *usual, *more])  # POST, http


def call(stream: int, path: bytes, *more: bytes) -> bytes:
    head = frame(HEADERS, END_HEADERS, stream, block(path, *more))
    return head + frame(DATA, END_STREAM, stream, EMPTY)


class Client:
    """One connection."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE_SECONDS)
        self._rest = b""

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def greet(self) -> None:
        # No table for what the server says: it is to say everything in full.
        self.send(PREFACE + frame(SETTINGS, payload=b"\0\1" + bytes(4)))

    def send(self, data: bytes, step: int | None = None) -> None:
        """All of it, or `step` bytes at a time."""
        for begin in range(0, len(data), step or len(data) or 1):
            # Some connections are ended before they have been read to their end.
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                self._socket.sendall(data[begin : begin + step] if step else data)

    def frame(self) -> Frame | None:
        """The next one; None at the end. Raises TimeoutError."""
        while len(self._rest) < _HEAD or len(self._rest) < self._end():
            try:
                data = self._socket.recv(65536)
            except ConnectionResetError:
                data = b""
            if not data:
                return None
            self._rest += data
        whole, self._rest = self._rest[: self._end()], self._rest[self._end() :]
        return Frame(whole[3], whole[4], int.from_bytes(whole[5:_HEAD], "big"), whole[_HEAD:])

    def listen(self, seconds: float) -> None:
        """Until the server hangs up, or has said nothing for so long."""
        self._socket.settimeout(seconds)
        with contextlib.suppress(TimeoutError, ConnectionResetError):
            while self._socket.recv(65536):
                pass

    def status(self, stream: int) -> str | None:
        """gRPC's number for the call; "" when its stream was reset, None when the connection ended without a word."""
        while (found := self.frame()) is not None:
            if found.stream != stream:
                continue
            if found.kind == HEADERS and found.flags & END_STREAM:
                told = found.payload.partition(b"grpc-status")[2]
                return told[1 : 1 + told[0]].decode()
            if found.kind == RST_STREAM:
                return ""
        return None

    def _end(self) -> int:
        return _HEAD + int.from_bytes(self._rest[:3], "big")
