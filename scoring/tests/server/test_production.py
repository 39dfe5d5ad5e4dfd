"""Health, limits, deadlines, and how a server stops."""

import os
import signal
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from scoring.server import listener

SLEEPER = """
import time
def init(): pass
def run(data):
    kind, _, seconds = data.partition(' ')
    until = time.monotonic() + float(seconds or 0)
    if kind == 'sleep':
        time.sleep(float(seconds))
    while kind == 'busy' and time.monotonic() < until:
        pass
    return kind
"""


def busy_after(server):
    """Waits until a request is being computed."""
    time.sleep(0.3)


@pytest.mark.parametrize("kind", ["sleep", "busy"])
def test_health_does_not_wait_for_run(serving, kind):
    server = serving(SLEEPER)
    with ThreadPoolExecutor() as pool:
        scoring = pool.submit(server.score, f"{kind} 3".encode())
        busy_after(server)
        waits = []
        while not scoring.done():
            asked = time.monotonic()
            assert server.ask("GET", "/").text == "Healthy"
            waits.append(time.monotonic() - asked)
        assert scoring.result().json() == kind
    # The machine may be busy; the reference answers after three seconds, once.
    assert len(waits) > 10
    assert sorted(waits)[len(waits) // 2] < 0.5


def test_a_full_queue_is_503_with_retry_after(serving):
    server = serving(SLEEPER, SLIPWAY_MAX_QUEUE_LENGTH="1")
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: server.score(b"sleep 0.5"), range(6)))
    # How many are let in depends on when the first of them stops waiting.
    assert {answer.status_code for answer in answers} == {200, 503}
    refused = next(answer for answer in answers if answer.status_code == 503)
    assert refused.headers["retry-after"] == "1"
    assert "1 requests are waiting" in refused.json()["message"]


def test_waiting_too_long_is_503(serving):
    server = serving(SLEEPER, SLIPWAY_MAX_QUEUE_WAIT_MS="100")
    with ThreadPoolExecutor() as pool:
        first = pool.submit(server.score, b"sleep 1")
        busy_after(server)
        answer = server.score(b"sleep 0")
        assert answer.status_code == 503
        assert "100 ms" in answer.json()["message"]
        assert first.result().status_code == 200


def test_concurrency_is_a_setting(serving):
    server = serving(SLEEPER, SLIPWAY_MAX_CONCURRENT_REQUESTS="4", SLIPWAY_MAX_QUEUE_WAIT_MS="200")
    with ThreadPoolExecutor() as pool:
        assert {
            answer.status_code for answer in pool.map(lambda _: server.score(b"sleep 1"), range(4))
        } == {200}


def test_a_run_that_takes_too_long_is_500_as_in_the_reference_and_is_stopped(serving):
    server = serving(SLEEPER, SCORING_TIMEOUT_MS="300")
    answer = server.score(b"busy 30")
    assert answer.status_code == 500
    assert answer.json() == {"message": "Scoring timeout after 300 ms"}
    assert answer.headers["x-ms-run-function-failed"] == "True"
    assert server.score(b"sleep 0").json() == "sleep"


def test_a_requests_own_deadline_is_504(serving):
    server = serving(SLEEPER)
    answer = server.score(b"busy 20", headers={"x-request-timeout-ms": "200"})
    assert (answer.status_code, answer.headers["retry-after"]) == (504, "1")
    assert server.score(b"", headers={"x-request-timeout-ms": "soon"}).status_code == 400
    assert server.score(b"sleep 0").status_code == 200


def test_the_services_deadline_is_504(serving):
    assert serving(SLEEPER, SLIPWAY_SCORING_TIMEOUT_MS="200").score(b"busy 20").status_code == 504


def test_large_bodies_are_413(serving):
    server = serving(SLEEPER, SLIPWAY_MAX_BODY_BYTES="1000")
    assert server.score(b"x" * 1000).status_code == 200
    assert server.score(b"x" * 1001).status_code == 413
    assert server.score(iter([b"x" * 600] * 2)).status_code == 413
    assert server.score(iter([b"x" * 500] * 2)).status_code == 200


def raw(server, data, then=b""):
    host, port = server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        connection.sendall(data)
        connection.settimeout(30)
        answer = connection.recv(65536)
        if then:
            connection.sendall(then)
        return answer


def test_a_body_that_never_comes_is_408(serving):
    server = serving(SLEEPER, SLIPWAY_BODY_READ_TIMEOUT_SECONDS="0.5")
    answer = raw(server, b"POST /score HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\nabc")
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert server.score(b"sleep 0").status_code == 200


@pytest.mark.parametrize(
    "head",
    [
        b"nonsense\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"POST /score HTTP/1.1\r\nhost: a\r\ncontent-length: x\r\n\r\n",
        b"POST /score HTTP/1.1\r\nhost: a\r\ncontent-length: -1\r\n\r\n",
        b"GET / HTTP/1.1\r\nhost: a\r\nx: " + b"y" * 200_000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nhost: a\r\n" + b"x: y\r\n" * 2000 + b"\r\n",
    ],
)
def test_malformed_heads_are_4xx(serving, head):
    server = serving(SLEEPER)
    try:
        answer = raw(server, head)
    except ConnectionError:
        answer = b""
    assert answer == b"" or answer.startswith(b"HTTP/1.1 4")
    assert server.ask("GET", "/").text == "Healthy"


def test_sigterm_under_load_loses_nothing(serving):
    server = serving(SLEEPER, SLIPWAY_DRAIN_SECONDS="1")
    stop, answers, failures = threading.Event(), [], []

    def client(keep_alive):
        import httpx

        with httpx.Client(timeout=30) as kept:
            while not stop.is_set():
                try:
                    ask = kept.post if keep_alive else httpx.post
                    answers.append(ask(server.url + "/score", content=b"sleep 0.005").status_code)
                except httpx.ConnectError:
                    return  # refused: a load balancer has long gone elsewhere
                except httpx.TransportError as error:
                    failures.append(repr(error))

    threads = [threading.Thread(target=client, args=(index % 2 == 0,)) for index in range(4)]
    for thread in threads:
        thread.start()
    until = time.monotonic() + 60
    while len(answers) <= 50 and not failures:
        assert time.monotonic() < until
        time.sleep(0.02)
    assert server.stop() == 0
    stop.set()
    for thread in threads:
        thread.join()
    assert not failures
    assert set(answers) == {200}


def test_a_request_in_flight_is_finished_before_exit_0(serving):
    server = serving(SLEEPER)
    with ThreadPoolExecutor() as pool:
        slow = pool.submit(server.score, b"sleep 1.5")
        busy_after(server)
        server.process.send_signal(signal.SIGTERM)
        assert slow.result().json() == "sleep"
    assert server.process.wait(30) == 0


# 3 is also what a worker leaves with that cannot start, after which no other is tried.
@pytest.mark.parametrize("code", [9, 3])
def test_a_worker_process_that_dies_is_replaced(serving, code):
    server = serving(
        "import os\ndef init(): pass\n"
        f"def run(data):\n    if data == 'die': os._exit({code})\n    return os.getpid()\n",
        "--workers",
        2,
    )

    def ready(count):
        until = time.monotonic() + 60
        while sum(message.startswith("Ready on ") for message in server.messages()) < count:
            assert time.monotonic() < until, server.messages()
            time.sleep(0.02)

    ready(2)
    first = server.score(b"").json()
    with pytest.raises(Exception, match=r"disconnect|reset|closed"):
        server.score(b"die")
    server.wait_for(f"ended with {code}")
    # The other one answers meanwhile.
    assert isinstance(server.score(b"").json(), int)
    ready(3)
    assert isinstance(server.score(b"").json(), int)
    assert first != server.process.pid
    assert server.stop() == 0


def test_a_process_that_begins_to_serve_keeps_no_other_waiting_in_accept():
    """Whether accept() waits belongs to the socket, which all processes share, and not to their descriptors."""
    with listener.bind("127.0.0.1", 0, shared=True) as door, door.dup():
        assert not os.get_blocking(door.fileno())


@pytest.mark.parametrize(
    "body", [b"Content-Length: 80\r\n\r\nhalf", b"Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"]
)
def test_a_request_that_never_ends_keeps_no_server_from_stopping(serving, body):
    server = serving(SLEEPER, SLIPWAY_GRACE_SECONDS="4")
    address = server.url.removeprefix("http://").split(":")
    with socket.create_connection((address[0], int(address[1])), timeout=60) as client:
        client.sendall(b"POST /score HTTP/1.1\r\nHost: here\r\n" + body)
        while (
            "scoring_requests_in_progress 2.0" not in server.ask("GET", "/metrics").text
        ):  # that one, and this
            time.sleep(0.01)
        assert server.stop() == 0
        assert client.recv(1000).startswith(b"HTTP/1.1 503 ")


def test_a_run_without_end_keeps_no_server_from_stopping(serving):
    server = serving(SLEEPER, SLIPWAY_GRACE_SECONDS="4")
    with ThreadPoolExecutor() as pool:
        asked = pool.submit(server.score, b"sleep 600")
        busy_after(server)
        assert server.stop() == 0
        assert asked.result().status_code == 503
    assert "run() does not end; the process ends without it" in server.messages()
