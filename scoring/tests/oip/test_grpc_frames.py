"""Frames that end grpcio's server, or might: none is more than its own call's, or its connection's, misfortune."""

import asyncio
import socket
import threading
import time
from types import SimpleNamespace

import grpc
import pytest

from scoring.oip import huffman
from scoring.oip.grpc_backend import Backend
from scoring.oip.grpc_requests import Requests, Unacceptable
from scoring_fuzz.http2 import (
    BARE,
    CONTINUATION,
    DATA,
    EMPTY,
    END_HEADERS,
    END_STREAM,
    HEADERS,
    LIVE,
    NEVER,
    PADDED,
    PREFACE,
    PRIORITY,
    PUSH_PROMISE,
    SETTINGS,
    Client,
    block,
    call,
    frame,
    integer,
    literal,
)

OK, UNIMPLEMENTED = "0", "12"
PATH = 4  # in the static table
GOOD = literal(PATH, LIVE)
BAD = literal(PATH, b"/\xff")
# "/\xff" in HPACK's own code.
PACKED = bytes.fromhex("44 84 63 ff ff ee")
NO_TEXT = {
    "indexed": BAD,
    "bare": literal(PATH, b"/\xff", BARE),
    "never indexed": literal(PATH, b"/\xff", NEVER),
    "the other name": literal(5, b"/\xff"),
    "own name": literal(b":path", b"/\xff"),
    "own name, bare": literal(b":path", b"/\xff", BARE),
    "long": literal(PATH, b"/" + b"\xff" * 300),
    "half a letter": literal(PATH, b"/\xc3"),
    "packed": PACKED,
}


@pytest.fixture(scope="module")
def running(run_door):
    running = run_door()
    running.service.doors.append(running.server)
    return running


def serves(running):
    with running.channel() as channel:
        answer = channel.unary_unary(LIVE.decode())(b"", timeout=20)
    return answer == b"\x08\x01" and running.service.ready


def connected(running):
    client = Client(running.server.port)
    client.greet()
    return client


@pytest.mark.parametrize("path", NO_TEXT.values(), ids=NO_TEXT)
@pytest.mark.parametrize("step", [None, 1], ids=["whole", "byte by byte"])
def test_a_path_that_is_no_text_is_a_method_that_nobody_serves(running, path, step):
    with connected(running) as client:
        client.send(call(1, GOOD), step)
        assert client.status(1) == OK
        client.send(call(3, path), step)
        assert client.status(3) == UNIMPLEMENTED
        # The connection's other calls have no part in it.
        client.send(call(5, GOOD), step)
        assert client.status(5) == OK
    assert serves(running)


def test_the_tables_of_both_sides_stay_alike(running):
    with connected(running) as client:
        client.send(call(1, BAD))
        assert client.status(1) == UNIMPLEMENTED
        # What was said last is what numbers count from: content-type, te, authority, path.
        again = b"\x83\x86" + bytes([0x80 | 65, 0x80 | 64, 0x80 | 63, 0x80 | 62])
        client.send(frame(HEADERS, END_HEADERS, 3, again) + frame(DATA, END_STREAM, 3, EMPTY))
        assert client.status(3) == UNIMPLEMENTED
        # A name that only the table knows.
        client.send(call(5, literal(65 + 0, b"/\xfe", BARE)))
        assert client.status(5) == UNIMPLEMENTED
    assert serves(running)


def split(data, *sizes):
    parts = []
    for size in sizes:
        parts.append(data[:size])
        data = data[size:]
    return [*parts, data]


@pytest.mark.parametrize("path", [GOOD, BAD], ids=["text", "no text"])
def test_heads_of_every_form(running, path):
    wanted = OK if path is GOOD else UNIMPLEMENTED
    whole = block(path)
    first, second, third = split(whole, 5, 0)
    with connected(running) as client:
        client.send(
            frame(HEADERS, 0, 1, first)
            + frame(CONTINUATION, 0, 1, second)
            + frame(CONTINUATION, END_HEADERS, 1, third)
            + frame(DATA, END_STREAM, 1, EMPTY)
        )
        assert client.status(1) == wanted
        padded = bytes([7]) + bytes(5) + whole + bytes(7)
        client.send(
            frame(HEADERS, END_HEADERS | PADDED | PRIORITY, 3, padded)
            + frame(DATA, END_STREAM, 3, EMPTY)
        )
        assert client.status(3) == wanted
    assert serves(running)


UNREADABLE = {
    "an index of nothing": b"\x80",
    "an index beyond the tables": integer(200, 7, 0x80),
    "a number without an end": b"\xff" + b"\xff" * 9,
    "a text that is longer than the block": b"\x44\x70/",
    "a table that is too large": integer(5000, 5, 0x20),
    "no code": b"\x44\x84\xff\xff\xff\xff",
    "half a code": b"\x44\x81\x00",
}
UNFIT = {
    **{name: frame(HEADERS, END_HEADERS, 1, data) for name, data in UNREADABLE.items()},
    "a continuation of nothing": frame(CONTINUATION, END_HEADERS, 1, block(GOOD)),
    "a promise": frame(PUSH_PROMISE, END_HEADERS, 1, bytes(4) + block(GOOD)),
    "another frame within a head": frame(HEADERS, 0, 1, b"\x83") + frame(SETTINGS),
    "another call's continuation": frame(HEADERS, 0, 1, b"\x83") + frame(CONTINUATION, 4, 3),
    "more padding than frame": frame(HEADERS, END_HEADERS | PADDED, 1, b"\x09\x83"),
    "padding of nothing": frame(HEADERS, END_HEADERS | PADDED, 1),
    "no room for a priority": frame(HEADERS, END_HEADERS | PRIORITY, 1, b"\x83"),
    "a head without an end": frame(HEADERS, 0, 1) + frame(CONTINUATION, 0, 1) * 100,
    "a large frame": frame(HEADERS, 0, 1, bytes(17_000)),
}


@pytest.mark.parametrize("sent", UNFIT.values(), ids=UNFIT)
def test_what_nobody_can_read_ends_its_connection(running, sent):
    with connected(running) as client:
        client.send(sent)
        assert client.status(1) is None
    assert serves(running)


def test_who_speaks_another_protocol_is_hung_up_on(running):
    with Client(running.server.port) as client:
        client.send(b"GET / HTTP/1.1\r\nHost: here\r\n\r\n")
        assert client.status(1) is None


def test_all_else_is_handed_on_as_it_came():
    sent = (
        PREFACE + frame(SETTINGS) + call(1, GOOD) + frame(DATA, 0, 1, bytes(40_000)) + call(3, GOOD)
    )
    for step in (1, 7, 8192, len(sent)):
        requests = Requests()
        parts = [sent[at : at + step] for at in range(0, len(sent), step)]
        assert b"".join(map(requests.passed, parts)) == sent
        assert requests.calls == 2


def test_a_head_that_does_not_end_takes_little_memory():
    requests = Requests()
    assert requests.passed(PREFACE + frame(HEADERS, 0, 1, bytes(16_000))) == PREFACE
    for _ in range(3):
        assert requests.passed(frame(CONTINUATION, 0, 1, bytes(16_000))) == b""
    with pytest.raises(Unacceptable, match="more than 65536 bytes"):
        requests.passed(frame(CONTINUATION, 0, 1, bytes(16_000)))


def test_the_code_of_texts():
    # RFC 7541, C.4.1
    assert huffman.decode(bytes.fromhex("f1e3c2e5f23a6ba0ab90f4ff")) == b"www.example.com"
    assert huffman.decode(b"") == b""
    for broken in (b"\xff", b"\x00", b"\xff\xff\xff\xff"):
        with pytest.raises(ValueError, match="text"):
            huffman.decode(broken)


@pytest.fixture
def successor(monkeypatch):
    """The server that follows an ended one starts when this event is set, so that the time between can be looked at."""
    may_start = threading.Event()
    start = Backend.start

    async def held(self):
        while not may_start.is_set():
            await asyncio.sleep(0.01)
        await start(self)

    yield SimpleNamespace(
        hold=lambda: monkeypatch.setattr(Backend, "start", held), start=may_start.set
    )
    may_start.set()


def end_loop(running, inside):
    """Past the port that would not let it through."""
    inside.connect(running.server._relay._path)
    inside.settimeout(20)
    inside.sendall(PREFACE + frame(SETTINGS) + call(1, BAD))


def becomes(running, ready):
    until = time.monotonic() + 20
    while running.service.ready != ready:
        assert time.monotonic() < until, f"ready stays {not ready}"
        time.sleep(0.01)


def test_a_server_whose_loop_has_ended_is_followed_by_another(run_door, successor):
    running = run_door()
    running.service.doors.append(running.server)
    assert running.service.ready
    successor.hold()
    with socket.socket(socket.AF_UNIX) as inside:
        end_loop(running, inside)
        becomes(running, ready=False)
    successor.start()
    becomes(running, ready=True)
    for _ in range(3):
        assert serves(running)


def test_calls_that_had_begun_are_answered_by_the_server_that_has_ended(run_door, successor):
    running = run_door()
    running.service.doors.append(running.server)
    successor.hold()
    # A stream that stays open; a new connection for each channel.
    options = [("grpc.use_local_subchannel_pool", 1)]
    with grpc.insecure_channel(f"127.0.0.1:{running.server.port}", options) as channel:
        watch = channel.unary_stream("/grpc.health.v1.Health/Watch")(b"", timeout=20)
        assert next(watch) == b"\x08\x01"
        with socket.socket(socket.AF_UNIX) as inside:
            end_loop(running, inside)
            assert next(watch) == b"\x08\x02"
        successor.start()
        assert next(watch) == b"\x08\x01"
        watch.cancel()
    assert serves(running)
