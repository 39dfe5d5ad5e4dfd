"""Requests as a careless or hostile client writes them: whole, as bytes on the wire."""

import gzip
import json
import zlib
from collections.abc import Callable

from hypothesis import strategies as st

WIDTH = 10

_SCORE = json.dumps({"data": [[0.5] * WIDTH]}).encode()
_INPUT = {"name": "input", "shape": [1, WIDTH], "datatype": "FP64", "data": [0.5] * WIDTH}
_INFER = json.dumps({"inputs": [_INPUT]}).encode()
#: Twenty megabytes in twenty kilobytes.
BOMB = gzip.compress(bytes(20_000_000))

_paths = st.sampled_from(
    [
        "/score",
        "/v2/models/model/infer",
        "/v2/models/model",
        "/",
        "/metrics",
        "/v2",
        "/swagger.json",
        "*",
    ]
)
# Without digits and quotes: numbers and texts in a query are Azure ML's JSON, which has tests of its own.
_escapes = st.text("%zF/;=&?#+.:@-~[]{}", max_size=12)
_targets = (
    st.builds(str.__add__, _paths, _escapes)
    | _paths
    | st.builds("/v2/models/{}/infer".format, _escapes)
)
_methods = st.sampled_from(
    ["POST", "POST", "POST", "GET", "HEAD", "OPTIONS", "PUT", "DELETE", "W!~#", "get"]
)

_nonsense = st.binary(max_size=12).filter(lambda value: b"\n" not in value and b"\r" not in value)
_numbers = st.sampled_from(
    [b"0", b"-1", b"+1", b"1,2", b"1e3", b"0x10", b"9" * 30, "\u0663".encode(), b"", b" "]
)
_names = st.sampled_from(
    [
        b"Inference-Header-Content-Length",
        b"Content-Encoding",
        b"Content-Type",
        b"X-Request-Id",
        b"X-Ms-Request-Id",
        b"Traceid",
        b"Traceparent",
        b"Accept-Encoding",
        b"Authorization",
        b"Cookie",
        b"Upgrade",
        b"Expect",
        b"Range",
        b"X-Forwarded-For",
        b"A_b",
        b"a b",
        b"(",
        b"",
    ]
)
_encodings = st.sampled_from([b"gzip", b"deflate", b"br", b"identity", b"gzip, gzip"])
_header = (
    st.tuples(_names, _nonsense | _numbers)
    | st.tuples(st.just(b"Content-Encoding"), _encodings)
    | st.tuples(
        st.just(b"Inference-Header-Content-Length"), _numbers | st.just(b"%d" % len(_INFER))
    )
    | st.tuples(
        st.just(b"X-Request-Timeout-Ms"), st.sampled_from([b"nan", b"-1", b"inf", b"x", b""])
    )
)
_DEFLATED = zlib.compress(_INFER)
_packed = [BOMB, gzip.compress(_INFER), gzip.compress(_INFER)[:-9], _DEFLATED]
_bodies = st.one_of(
    st.sampled_from([_SCORE, _INFER, b"", *_packed]),
    st.binary(max_size=60),
    st.builds(
        bytes.__mul__, st.sampled_from([b"[", b'{"a":', b"1", b"\xff"]), st.integers(1, 9000)
    ),
    st.builds(
        lambda at, byte, whole: whole[:at] + byte + whole[at + 1 :],
        st.integers(0, len(_SCORE)),
        st.binary(max_size=2),
        st.sampled_from([_SCORE, _INFER]),
    ),
)


def _chunked(body: bytes) -> bytes:
    return b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body) if body else b"0\r\n\r\n"


_LENGTH, _CHUNKED = b"Content-Length: %d\r\n", b"Transfer-Encoding: chunked\r\n"
#: Ways to say how long a body is, most of them wrong: (headers, what follows the head) of a body.
_FRAMINGS: list[Callable[[bytes], tuple[bytes, bytes]]] = [
    lambda body: (_LENGTH % len(body), body),
    lambda body: (_LENGTH % (len(body) // 2), body),
    lambda body: (_LENGTH % len(body) * 2, body),
    lambda body: (_LENGTH % len(body) + b"Content-Length: 1\r\n", body),
    lambda body: (b"Content-Length: -1\r\n", body),
    lambda body: (b"Content-Length: %b\r\n" % (b"9" * 40), body),
    lambda body: (b"Content-Length: 9223372036854775807\r\n", body),
    lambda body: (_CHUNKED, _chunked(body)),
    lambda body: (_CHUNKED, b"zz\r\n" + body),
    lambda body: (_CHUNKED, b"%b\r\n%b" % (b"f" * 17, body)),
    lambda body: (_CHUNKED + _LENGTH % len(body), _chunked(body)),
    lambda body: (b"Transfer-Encoding: gzip\r\n", body),
    lambda body: (b"", body),
]
#: A body that never comes to its end: each of these takes as long as the server waits.
_unfinished: list[Callable[[bytes], tuple[bytes, bytes]]] = [
    lambda body: (_LENGTH % (len(body) + 9), body),
    lambda body: (_CHUNKED, b"ffff\r\n" + body[:1000]),
]
_framings = st.sampled_from(_FRAMINGS * 4 + _unfinished)


# A sound request has one or two mistakes; with more, the first hides the others.
_MISTAKES = ("method", "target", "headers", "body", "framing")
_SOUND = [("/score", _SCORE), ("/v2/models/model/infer", _INFER)]


@st.composite
def requests(draw: st.DrawFn) -> bytes:
    """One request; its connection is to be closed after the answer."""
    mistakes = draw(st.lists(st.sampled_from(_MISTAKES), min_size=1, max_size=2))
    target, body = draw(st.sampled_from(_SOUND))
    method = draw(_methods) if "method" in mistakes else "POST"
    target = draw(_targets) if "target" in mistakes else target
    body = draw(_bodies) if "body" in mistakes else body
    framing = draw(_framings) if "framing" in mistakes else _FRAMINGS[0]
    lines = draw(st.lists(_header, min_size=1, max_size=2)) if "headers" in mistakes else []
    if body in _packed:
        lines = [*lines, (b"Content-Encoding", b"deflate" if body == _DEFLATED else b"gzip")]
    length, sent = framing(body)
    start = f"{method} {target} HTTP/1.1\r\nHost: here\r\nConnection: close\r\n".encode()
    return b"".join([start, *(b"%b: %b\r\n" % pair for pair in lines), length, b"\r\n", sent])
