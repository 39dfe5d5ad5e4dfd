"""The notice goes between frames, whatever pieces they come in."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.oip.grpc_goaway import GOAWAY, Frames


def frame(content):
    return len(content).to_bytes(3, "big") + b"\x00\x00" + bytes(3) + b"\x01" + content


def cut(data, places):
    edges = [0, *sorted(place % (len(data) + 1) for place in places), len(data)]
    return [data[begin:end] for begin, end in itertools.pairwise(edges)]


def split(data):
    """Whole frames; fails where the bytes are none."""
    found = []
    while data:
        end = 9 + int.from_bytes(data[:3], "big")
        assert len(data) >= end
        found.append(data[:end])
        data = data[end:]
    return found


@given(
    st.lists(st.binary(max_size=30), min_size=1, max_size=6),
    st.lists(st.integers(0, 10_000), max_size=8),
    st.integers(0, 10),
)
def test_the_notice_is_a_frame_among_the_others(contents, places, when):
    frames, sent = Frames(), b""
    sources = [frame(content) for content in contents]
    pieces = cut(b"".join(sources), places)
    for index, piece in enumerate(pieces):
        if index == when:
            sent += frames.ask()
        sent += frames.passed(piece)
    if when >= len(pieces):
        sent += frames.ask()
    arrived = split(sent)
    assert arrived.count(GOAWAY) == 1
    arrived.remove(GOAWAY)
    assert arrived == sources


@pytest.mark.parametrize("size", [1, 5, 9, 100])
def test_without_the_notice_nothing_is_changed(size):
    frames = Frames()
    data = frame(b"x" * 40) * 3
    pieces = [data[at : at + size] for at in range(0, len(data), size)]
    assert b"".join(frames.passed(piece) for piece in pieces) == data
