"""A large message is looked over before it is parsed: parsing would make 46 bytes of memory out of one.

(Ten MiB of empty inputs, two bytes each, become 460 MiB of objects in half a second.) An honest message is large
because of its tensors' contents, which are not walked here; its other fields are few.
"""

from __future__ import annotations

from scoring.oip.errors import InferenceError

# Smaller messages cannot become large.
_SMALL = 64 * 1024
_MOST_FIELDS = 10_000
# A shape's bytes: 32 axes of ten bytes each, generously.
_MOST_SHAPE_BYTES = 1024

# Field numbers of ModelInferRequest (and of its inputs) that hold messages with fields of their own.
_PARAMETERS, _INPUTS, _OUTPUTS = 4, 5, 6
_SHAPE = 3

_VARINT, _EIGHT_BYTES, _LENGTH, _FOUR_BYTES = 0, 1, 2, 5


def check(message: bytes) -> None:
    """Raises InferenceError for a ModelInferRequest with more fields, or longer shapes, than one has."""
    if len(message) <= _SMALL:
        return
    walk = _Walk(message)
    for number, begin, end in walk.fields(0, len(message)):
        if number in (_INPUTS, _OUTPUTS):
            for inner, first, last in walk.fields(begin, end):
                if number == _INPUTS and inner == _SHAPE and last - first > _MOST_SHAPE_BYTES:
                    raise InferenceError(
                        f"an input's shape takes {last - first} bytes, which no tensor's shape does"
                    )


class _Walk:
    """Over the fields of one message, counting them."""

    def __init__(self, message: bytes) -> None:
        self._message = message
        self._count = 0

    def fields(self, at: int, end: int) -> list[tuple[int, int, int]]:
        """Number, begin and end of each field's value between `at` and `end`. Raises InferenceError."""
        found: list[tuple[int, int, int]] = []
        while at < end:
            self._count += 1
            if self._count > _MOST_FIELDS:
                raise InferenceError(
                    f"the message has more than {_MOST_FIELDS} inputs, parameters and other fields"
                )
            tag, at = self._varint(at, end)
            begin, at = self._value(tag & 7, at, end)
            found.append((tag >> 3, begin, at))
        return found

    def _value(self, kind: int, at: int, end: int) -> tuple[int, int]:
        """Begin and end of a value."""
        if kind == _LENGTH:
            length, at = self._varint(at, end)
        elif kind == _VARINT:
            return at, self._varint(at, end)[1]
        elif kind in (_EIGHT_BYTES, _FOUR_BYTES):
            length = 8 if kind == _EIGHT_BYTES else 4
        else:
            raise _broken(at)
        if length > end - at:
            raise _broken(at)
        return at, at + length

    def _varint(self, at: int, end: int) -> tuple[int, int]:
        value = 0
        for index in range(at, min(end, at + 10)):
            value |= (self._message[index] & 0x7F) << 7 * (index - at)
            if self._message[index] < 0x80:
                return value, index + 1
        raise _broken(at)


def _broken(at: int) -> InferenceError:
    return InferenceError(f"the message is not a ModelInferRequest: byte {at} begins no field")
