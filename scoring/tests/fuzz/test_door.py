"""One server, and whatever arrives at its socket."""

import contextlib
import json
import socket

import psutil
import pytest
from hypothesis import given, settings

from scoring_fuzz import places, wire
from scoring_fuzz.requests import BOMB, WIDTH, requests
from scoring_fuzz.server import running_server

SCORE = json.dumps({"data": [[0.5] * WIDTH]}).encode()
MOST_GROWN_BYTES = 100e6

KEPT = places.kept("door")


@pytest.fixture(scope="module")
def server():
    with running_server() as server:
        yield server


def request(line, *headers, body=b""):
    head = [line, "Host: here", "Connection: close", *headers, f"Content-Length: {len(body)}"]
    return "\r\n".join([*head, "", ""]).encode() + body


@pytest.mark.parametrize("file", KEPT, ids=[file.name for file in KEPT])
def test_requests_that_were_thought_of(server, file):
    wire.check(server.port, file.read_bytes())


@pytest.mark.parametrize(
    "path", ["/v2/models/{}", "/v2/models/{}/infer", "/v2/models/model/versions/{}/infer"]
)
def test_a_long_name_is_not_repeated_at_length(server, path):
    wire.check(server.port, request(f"POST {path.format('a' * 50_000)} HTTP/1.1"))


def test_any_request_is_answered_and_the_server_stays_as_it_was(server):
    memory = psutil.Process(server.pid).memory_info
    assert wire.ask(server.port, request("POST /score HTTP/1.1", body=SCORE)).status == 200
    before = memory().rss

    @settings(max_examples=150, deadline=None, derandomize=True, database=None)
    @given(requests())
    def promised(sent):
        wire.check(server.port, sent)

    promised()
    ready = wire.ask(server.port, request("GET /v2/health/ready HTTP/1.1"))
    assert (ready.status, json.loads(ready.body)["ready"]) == (200, True)
    assert wire.ask(server.port, request("POST /score HTTP/1.1", body=SCORE)).status == 200
    assert memory().rss - before < MOST_GROWN_BYTES


def test_bombs_leave_nothing_behind(server):
    memory = psutil.Process(server.pid).memory_info
    bomb = request("POST /v2/models/model/infer HTTP/1.1", "Content-Encoding: gzip", body=BOMB)
    assert wire.ask(server.port, bomb).status == 413
    before = memory().rss
    assert {wire.ask(server.port, bomb).status for _ in range(20)} == {413}
    assert memory().rss - before < MOST_GROWN_BYTES


# Found by fuzzing (docs/decisions/0077).
@pytest.mark.parametrize(
    "value",
    ["%22%5Cud800%22", "99999999999999999999", "[" * 900 + "]" * 900],
    ids=["half a character", "more than 64 bits", "deep"],
)
def test_values_of_a_query_that_json_cannot_carry(server, value):
    assert wire.ask(server.port, request(f"GET /score?data={value} HTTP/1.1")).status == 400


def test_a_broken_chunk_is_refused(server):
    head = b"POST /score HTTP/1.1\r\nHost: here\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
    answer = wire.ask(server.port, head + b"%x\r\n%b\r\nzz\r\n" % (len(SCORE), SCORE))
    assert answer.status in (400, None)


def test_a_client_that_leaves_in_the_middle_is_no_failure_of_the_server(server):
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as client:
        client.sendall(request("POST /score HTTP/1.1", body=SCORE)[:-9])
        client.shutdown(socket.SHUT_WR)
        answer = b""
        with contextlib.suppress(ConnectionResetError):
            while part := client.recv(65536):
                answer += part
    assert not answer.startswith(b"HTTP/1.1 500")
