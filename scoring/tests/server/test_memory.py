"""What is left in memory of a request that has been answered, or whose client has gone: nothing."""

import socket
import threading
import time

import pytest

# The collector is off: what only it could free shows as well. (What Granian's objects keep, it never could.)
SCRIPT = """
import gc, json, time
def init(): pass
def run(data):
    gc.disable()
    if data.startswith("fail"):
        raise ValueError("no " + data[:9])
    if data == '"count"':
        time.sleep(0.1)
        return sum(type(kept).__name__ == "Exchange" for kept in gc.get_objects())
    time.sleep(float(data))
"""
HEAD = b"POST /score HTTP/1.1\r\nHost: here\r\nContent-Type: text/plain\r\n"
TIMES = 30
#: Requests of the tests themselves, and the one before that a worker still holds.
FEW = 4


@pytest.fixture
def server(serving):
    return serving(SCRIPT)


def kept(server):
    """Requests that are in the server's memory, once it has come to rest."""
    until = time.monotonic() + 10
    while (found := server.score('"count"').json()) > FEW and time.monotonic() < until:
        time.sleep(0.1)
    return found


def port_of(server):
    return int(server.url.rpartition(":")[2])


@pytest.mark.parametrize(
    "sent",
    [
        HEAD + b"Content-Length: 9000\r\n\r\n" + b"x" * 4000,
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n1000\r\n" + b"x" * 4000,
        HEAD.replace(b"/score", b"/nowhere") + b"Content-Length: 9000\r\n\r\n" + b"x" * 4000,
    ],
    ids=["length", "chunks", "refused"],
)
def test_clients_that_hang_up_while_they_send(server, sent):
    for _ in range(TIMES):
        with socket.create_connection(("127.0.0.1", port_of(server))) as client:
            client.sendall(sent)
            time.sleep(0.01)
    assert kept(server) <= FEW


def test_requests_that_waited(server):
    def ask():
        assert server.score("0.05").status_code == 200

    for _ in range(2):
        clients = [threading.Thread(target=ask) for _ in range(TIMES // 2)]
        for client in clients:
            client.start()
        for client in clients:
            client.join()
    assert kept(server) <= FEW


@pytest.mark.parametrize("log", ["true", "false"], ids=["seen by observers", "seen by nobody"])
def test_runs_that_fail(serving, log):
    server = serving(SCRIPT, SLIPWAY_ACCESS_LOG=log)
    for number in range(TIMES):
        assert server.score(f"fail {number}" + "x" * 9000).status_code == 500
    assert kept(server) <= FEW
    server.wait_for("run() failed")
    told = [line["exception"] for line in server.lines() if line["message"] == "run() failed"]
    assert [f"no fail {number}"[:12] in text for number, text in enumerate(told)] == [True] * TIMES
    assert all('raise ValueError("no " + data[:9])' in text for text in told)
