"""HTTP/2's GOAWAY, put between the frames that somebody else writes (RFC 9113, 4.1 and 6.8)."""

from __future__ import annotations

_HEAD = 9
#: "Open no new streams here; those that are open, or under way to me, will be answered."
GOAWAY = (8).to_bytes(3, "big") + b"\x07\x00" + bytes(4) + b"\x7f\xff\xff\xff" + bytes(4)


class Frames:
    """Follows what a server sends; `wanted` is set by `ask()` until the notice has gone out."""

    def __init__(self) -> None:
        self._rest = 0
        self._head = b""
        self._wanted = False

    def ask(self) -> bytes:
        """The notice, if it can be sent at once; otherwise it is part of what `passed` gives next."""
        self._wanted = True
        return self._notice() if self._rest == 0 else b""

    def passed(self, data: bytes) -> bytes:
        """What is to be sent for `data`; a head that has not come whole is kept for the next call."""
        data, self._head = self._head + data, b""
        if self._wanted and self._rest <= len(data):
            begin, self._rest = self._rest, 0
            return data[:begin] + self._notice() + self.passed(data[begin:])
        at = self._rest
        while at + _HEAD <= len(data):
            at += _HEAD + int.from_bytes(data[at : at + 3], "big")
        if at < len(data):
            data, self._head = data[:at], data[at:]
        self._rest = at - len(data)
        return data

    def _notice(self) -> bytes:
        self._wanted = False
        return GOAWAY
