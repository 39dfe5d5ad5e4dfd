"""The end: whatever goes on, it is over before whoever has sent SIGTERM sends SIGKILL."""

import contextlib
import signal
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from scoring_fuzz.http2 import END_HEADERS, END_STREAM, GOAWAY, HEADERS, Client, frame, literal

SCRIPT = """
import time
def init(): pass
def run(data):
    if data == "deaf":
        sum(range(10**12))  # one call into C, which keeps the interpreter's lock
    time.sleep(float(data))
    return "done"
"""
# A busy machine is slower than the server; a grace is kept to all the same.
SLOWNESS_SECONDS = 5.0


def stopped(server, grace):
    """Sends SIGTERM and waits for as long as an orchestrator would. Returns the exit code and seconds."""
    began = time.monotonic()
    server.process.send_signal(signal.SIGTERM)
    return server.process.wait(grace), time.monotonic() - began


def port_of(server):
    return int(server.url.rpartition(":")[2])


class Load:
    """Clients that ask again and again until they are refused; `failures` are what nobody should see."""

    def __init__(self, server, count, *, keep_alive):
        self.answers, self.failures = [], []
        self._threads = [
            threading.Thread(target=self._ask, args=(server.url + "/score", keep_alive))
            for _ in range(count)
        ]
        for thread in self._threads:
            thread.start()

    def _ask(self, url, keep_alive):
        with httpx.Client(timeout=30) as kept:
            ask = kept.post if keep_alive else httpx.post
            while True:
                try:
                    self.answers.append(ask(url, content=b"0.01").status_code)
                except httpx.ConnectError:
                    return
                except httpx.TransportError as error:
                    self.failures.append(repr(error))
                    return

    def end(self):
        for thread in self._threads:
            thread.join(30)


@pytest.mark.parametrize("keep_alive", [True, False], ids=["kept connections", "new ones"])
def test_load_does_not_keep_a_server_from_ending(serving, keep_alive):
    server = serving(SCRIPT, SLIPWAY_DRAIN_SECONDS="1", SLIPWAY_GRACE_SECONDS="20")
    # More than it can answer at once: something is always in flight.
    load = Load(server, 8, keep_alive=keep_alive)
    time.sleep(1)
    code, seconds = stopped(server, 20)
    load.end()
    assert code == 0
    assert seconds < 3 + SLOWNESS_SECONDS
    assert load.failures == []
    assert set(load.answers) == {200}


def test_a_client_of_http2_does_not_keep_a_server_from_ending(serving):
    server = serving(SCRIPT, SLIPWAY_DRAIN_SECONDS="0.5", SLIPWAY_GRACE_SECONDS="20")
    seen = []

    def ask():
        with Client(port_of(server)) as client:
            client.greet()
            for stream in range(1, 100_000, 2):
                health = b"\x82\x86" + literal(4, b"/") + literal(1, b"here")
                client.send(frame(HEADERS, END_HEADERS | END_STREAM, stream, health))
                while (found := client.frame()) is not None:
                    seen.append(found.kind)
                    if found.stream == stream and found.flags & END_STREAM:
                        break
                if found is None:
                    return

    thread = threading.Thread(target=ask)
    thread.start()
    time.sleep(0.5)
    code, seconds = stopped(server, 20)
    thread.join(30)
    assert code == 0
    assert seconds < 3 + SLOWNESS_SECONDS
    assert GOAWAY in seen


def test_the_door_is_shut_after_the_drain_while_runs_go_on(serving):
    server = serving(SCRIPT, SLIPWAY_DRAIN_SECONDS="1", SLIPWAY_GRACE_SECONDS="20")
    with ThreadPoolExecutor() as pool:
        slow = pool.submit(server.score, b"5")
        time.sleep(0.5)
        server.process.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        assert server.ask("GET", "/v2/health/ready").status_code == 503
        until = time.monotonic() + 4
        while time.monotonic() < until:
            try:
                server.ask("GET", "/")
            except httpx.ConnectError:
                break
            time.sleep(0.05)
        else:
            pytest.fail("still open")
        assert not slow.done()
        assert slow.result().json() == "done"
    assert server.process.wait(20) == 0


@pytest.mark.parametrize("grace", [3, 10])
def test_a_run_that_never_ends_is_no_reason_to_be_killed(serving, grace):
    server = serving(SCRIPT, SLIPWAY_DRAIN_SECONDS="1", SLIPWAY_GRACE_SECONDS=str(grace))
    with ThreadPoolExecutor() as pool:
        asked = pool.submit(server.score, b"600")
        time.sleep(1)
        _, seconds = stopped(server, grace)
        assert asked.result().status_code == 503
    assert seconds < grace


def test_a_run_that_hears_nothing_is_none_either(serving):
    # While it runs no other thread of Python does. (Begun before the signal, it would keep that unheard as well.)
    server = serving(SCRIPT, SLIPWAY_DRAIN_SECONDS="2", SLIPWAY_GRACE_SECONDS="5")
    with ThreadPoolExecutor() as pool:
        server.process.send_signal(signal.SIGTERM)
        server.wait_for("Stopping: ")
        asked = pool.submit(server.score, b"deaf")
        server.process.wait(5)
        with pytest.raises(httpx.TransportError):
            asked.result()


def test_a_silent_client_and_half_a_body_are_no_reason(serving):
    server = serving(SCRIPT, SLIPWAY_GRACE_SECONDS="10")
    with contextlib.ExitStack() as clients:
        for sent in (b"", b"POST /score HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n1"):
            client = clients.enter_context(socket.create_connection(("127.0.0.1", port_of(server))))
            client.sendall(sent)
        code, seconds = stopped(server, 10)
    assert code == 0
    assert seconds < 10


def test_a_collector_that_does_not_answer_is_no_reason(serving):
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        server = serving(
            SCRIPT,
            SLIPWAY_GRACE_SECONDS="5",
            OTEL_EXPORTER_OTLP_ENDPOINT=f"http://127.0.0.1:{deaf.getsockname()[1]}",
        )
        assert server.score(b"0").status_code == 200
        _, seconds = stopped(server, 5)
    assert seconds < 5


def test_several_processes_refuse_clients_at_the_end(serving):
    server = serving(SCRIPT, "--workers", 2, SLIPWAY_DRAIN_SECONDS="1", SLIPWAY_GRACE_SECONDS="20")
    load = Load(server, 8, keep_alive=False)
    time.sleep(1)
    code, seconds = stopped(server, 20)
    load.end()
    assert (code, load.failures, set(load.answers)) == (0, [], {200})
    assert seconds < 3 + SLOWNESS_SECONDS


def test_sigterm_ends_a_server_that_still_starts(serving):
    server = serving("import time\ndef init(): time.sleep(600)\ndef run(data): pass\n", ready=False)
    server.wait_for("Invoking user's init function")
    assert stopped(server, 10)[0] == 128 + signal.SIGTERM


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (
            {"SLIPWAY_GRACE_SECONDS": "8", "SLIPWAY_DRAIN_SECONDS": "5"},
            "at most half of SLIPWAY_GRACE_SECONDS",
        ),
        ({"SLIPWAY_GRACE_SECONDS": "0"}, "SLIPWAY_GRACE_SECONDS is '0'"),
    ],
)
def test_times_that_do_not_fit_are_refused(command, tmp_path, settings, words):
    done = command("serve", "--source", tmp_path, "--port", 0, **settings)
    assert done.returncode == 2
    assert words in done.stderr
