"""HPACK's Huffman code (RFC 7541, 5.2 and appendix B), read only. The code is canonical: its lengths are all of it."""

from __future__ import annotations

#: How many bits each byte takes, by runs: (length, how many bytes that follow one another).
_RUNS = (
    "13 23 28*7 24 30 28*2 30 28*8 30 28*9 6 10*2 12 13 6 8 11 10*2 8 11 8 6*3 5*3 6*7 7 8 15 6 12 10 13 6 7*22 8 "
    "7 8 13 19 13 14 6 15 5 6 5 6 5 6*3 5 7*2 6*3 5 6 7 6 5*2 6 7*5 15 11 14 13 28 20 22 20*2 22*3 23 22 23*5 24 "
    "23 24*2 22 23 24 23*4 21 22 23 22 23*2 24 22 21 20 22*2 23*2 21 23 22*2 24 21 22 23*2 21*2 22 21 23 22 23*2 "
    "20 22*3 23 22*2 23 26*2 20 19 22 23 22 25 26*3 27*2 26 24 25 19 21 26 27*2 26 27 24 21*2 26*2 28 27*3 20 24 "
    "20 21 22 21*2 23 22*2 25*2 24*2 26 23 26 27 26*2 27*5 28 27*5 26 30"
)
_END = 256


def _lengths() -> list[int]:
    found: list[int] = []
    for run in _RUNS.split():
        length, _, count = run.partition("*")
        found += [int(length)] * int(count or 1)
    return found


def _codes() -> tuple[list[int], list[tuple[int, int, int, int]]]:
    """Symbols by their codes, and for each length: length, first code, place of its symbol, first code behind."""
    lengths = _lengths()
    symbols = sorted(range(len(lengths)), key=lambda symbol: (lengths[symbol], symbol))
    codes: list[tuple[int, int, int, int]] = []
    code = place = 0
    for length in range(1, max(lengths) + 1):
        count = lengths.count(length)
        if count:
            codes.append((length, code, place, code + count))
        code, place = (code + count) << 1, place + count
    return symbols, codes


_SYMBOLS, _CODES = _codes()


def decode(data: bytes) -> bytes:
    """Raises ValueError for what is no text in this code."""
    text = bytearray()
    bits = left = 0
    for byte in data:
        bits, left = bits << 8 | byte, left + 8
        while left >= _CODES[0][0]:
            symbol, length = _first(bits, left)
            if not length:
                break
            if symbol == _END:
                raise ValueError("the end is part of the text")
            text.append(symbol)
            left -= length
            bits &= (1 << left) - 1
    # What is left of the last byte is filled up with ones.
    if left > 7 or bits != (1 << left) - 1:
        raise ValueError("the text ends within a letter")
    return bytes(text)


def _first(bits: int, left: int) -> tuple[int, int]:
    """The first symbol of `left` bits and its length; 0, 0 when it has not come whole."""
    for length, first, place, behind in _CODES:
        if length > left:
            break
        code = bits >> (left - length)
        if code < behind:
            return _SYMBOLS[place + code - first], length
    return 0, 0
