"""HTTP/2 frames as a careless or hostile client of gRPC writes them: what follows the preface, as bytes on the wire."""

from hypothesis import strategies as st

from scoring.oip.grpc_messages import SERVICE
from scoring_fuzz.http2 import (
    BARE,
    CONTINUATION,
    DATA,
    EMPTY,
    END_HEADERS,
    END_STREAM,
    HEADERS,
    INDEXED,
    LIVE,
    NEVER,
    PADDED,
    PRIORITY,
    PUSH_PROMISE,
    SETTINGS,
    block,
    frame,
    integer,
    literal,
)

_INFER = f"/{SERVICE}/ModelInfer".encode()
_streams = st.sampled_from([0, 1, 1, 1, 2, 3, 5, 2**31 - 1])
_nonsense = st.binary(max_size=20)
_kinds = st.sampled_from([INDEXED, BARE, NEVER])

_path_values = st.one_of(
    st.sampled_from([LIVE, _INFER, b"/", b"", b"/\xff", b"/\xc3", b"*", b"/" + b"\xff" * 4000]),
    _nonsense,
)
# In the static table, and where the first fields of a call land in the other one.
_path_names = st.sampled_from([4, 4, 5, b":path", 62, 65])
_paths = st.builds(literal, _path_names, _path_values, _kinds)

_names = st.sampled_from(
    [
        b":authority", b":method", b":scheme", b":status", b":path", b"te", b"content-type", b"host",
        b"grpc-timeout", b"grpc-encoding", b"grpc-message-type", b"authorization", b"x-request-id",
        b"x-bin", b"X-Upper", b"connection", b"cookie", b"content-length", b"user-agent", b"a b", b"", b"\xff",
    ]
)  # fmt: skip  # a name for each kind of treatment
_values = _nonsense | st.sampled_from(
    [b"1S", b"1n", b"99999999H", b"-1m", b"gzip", b"application/grpc+\xff", b"\0\xff", b"a" * 9000]
)
_fields = st.one_of(
    st.builds(literal, _names, _values, _kinds),
    st.builds(lambda index: integer(index, 7, 0x80), st.integers(0, 80)),
    st.builds(lambda size: integer(size, 5, 0x20), st.sampled_from([0, 30, 100, 4096, 4097])),
    # A value in HPACK's code, or what claims to be.
    st.builds(
        lambda value: b"\x44" + integer(len(value), 7, 0x80) + value,
        st.sampled_from([bytes.fromhex("63ffffee"), b"\xff" * 4, b"\0", b""]) | _nonsense,
    ),
    _nonsense,
)
_blocks = st.builds(lambda path, more: block(path, *more), _paths, st.lists(_fields, max_size=4))


@st.composite
def _heads(draw: st.DrawFn) -> bytes:
    """HEADERS and CONTINUATION frames that mostly belong together."""
    stream, content = draw(_streams), draw(_blocks)
    flags = draw(st.sampled_from([0, 0, END_STREAM, PADDED, PRIORITY, PADDED | PRIORITY]))
    if flags & PRIORITY:
        content = bytes(5) + content
    if flags & PADDED:
        padding = draw(st.sampled_from([b"", bytes(9), literal(4, b"/\xff", NEVER)]))
        content = (
            bytes([draw(st.sampled_from([len(padding), len(padding), 255]))]) + content + padding
        )
    cuts = sorted(draw(st.lists(st.integers(0, len(content)), max_size=3)))
    parts = [
        content[begin:end] for begin, end in zip([0, *cuts], [*cuts, len(content)], strict=True)
    ]
    frames = [frame(HEADERS, flags, stream, parts[0])]
    frames += [frame(CONTINUATION, 0, stream, part) for part in parts[1:]]
    last = bytearray(frames[-1])
    last[4] |= draw(st.sampled_from([END_HEADERS] * 9 + [0]))
    return b"".join([*frames[:-1], bytes(last)])


_messages = (
    st.sampled_from([EMPTY, b"", b"\0" + bytes([0, 0, 0, 9]) + b"a" * 9, b"\1\0\0\0\1a"])
    | _nonsense
)
_others = st.builds(
    frame,
    st.sampled_from([*range(11), SETTINGS, PUSH_PROMISE, 255]),
    st.integers(0, 255),
    _streams,
    _nonsense | st.sampled_from([bytes(4), bytes(5), bytes(6), bytes(8), b"\0\1\xff\xff\xff\xff"]),
)
_frames = st.one_of(
    _heads(),
    _heads(),
    st.builds(frame, st.just(DATA), st.sampled_from([0, END_STREAM, PADDED]), _streams, _messages),
    _others,
)


@st.composite
def conversations(draw: st.DrawFn) -> bytes:
    """Some frames; now and then one of them is cut off or changed."""
    sent = b"".join(draw(st.lists(_frames, min_size=1, max_size=5)))
    if draw(st.integers(0, 9)) == 0:
        at = draw(st.integers(0, len(sent)))
        sent = sent[:at] + draw(st.binary(max_size=2)) + sent[at + 1 :]
    return sent
