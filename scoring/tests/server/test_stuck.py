"""A run() that does not return."""

import contextlib
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import grpc
import pytest

# It waits where no exception reaches it, until somebody opens the other end.
SCRIPT = """
def init(): pass
def run(data):
    with open(data) as pipe:
        return pipe.read()
"""


@pytest.fixture
def pipe(tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    return path


def release(pipe):
    """Waits for a run() that waits."""
    with contextlib.suppress(BrokenPipeError):  # ended at once, by its limit
        pipe.write_text("done")


def wait_until(true):
    until = time.monotonic() + 30
    while not true():
        assert time.monotonic() < until
        time.sleep(0.05)


def ready(server):
    return server.ask("GET", "/v2/health/ready").status_code == 200


def test_a_service_is_not_ready_while_a_run_does_not_return(serving, pipe):
    server = serving(SCRIPT, "--grpc-port", 0, SLIPWAY_STUCK_RUN_SECONDS="1.5")
    port = next(line["grpc_port"] for line in server.lines() if "grpc_port" in line)
    with (
        ThreadPoolExecutor() as pool,
        grpc.insecure_channel(f"127.0.0.1:{port}") as channel,
    ):
        told = channel.unary_stream("/grpc.health.v1.Health/Watch")(b"", timeout=60)
        assert next(told) == b"\x08\x01"
        asked = pool.submit(server.score, str(pipe).encode())
        wait_until(lambda: not ready(server))
        assert next(told) == b"\x08\x02"
        # Alive all the same: what to do about it is for whoever runs the service.
        assert server.ask("GET", "/").text == "Healthy"
        assert "not ready until it does" in server.wait_for("run() has not returned")["message"]
        assert not asked.done()
        release(pipe)
        assert asked.result().json() == "done"
        wait_until(lambda: ready(server))
        assert next(told) == b"\x08\x01"
        server.wait_for("ready again")


def test_who_had_an_answer_in_time_does_not_make_it_ready(serving, pipe):
    """The limit of a run answers its client; its code goes on where it cannot be interrupted."""
    server = serving(SCRIPT, SCORING_TIMEOUT_MS="300", SLIPWAY_STUCK_RUN_SECONDS="1")
    assert server.score(str(pipe).encode()).status_code == 500
    wait_until(lambda: not ready(server))
    release(pipe)
    wait_until(lambda: ready(server))


def test_the_bound_can_be_left_out(serving, pipe):
    server = serving(SCRIPT, SLIPWAY_STUCK_RUN_SECONDS="0")
    asked = threading.Thread(target=server.score, args=(str(pipe).encode(),))
    asked.start()
    for _ in range(10):
        assert ready(server)
        time.sleep(0.05)
    release(pipe)
    asked.join()
