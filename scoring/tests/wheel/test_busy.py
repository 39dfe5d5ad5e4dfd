"""Who asks after the server's health is answered while `run()` computes, whatever it computes."""

import statistics
import time
from concurrent.futures import ThreadPoolExecutor

import grpc
import httpx
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

SECONDS = 3
SCRIPT = """
import time
import numpy

def init():
    global matrix
    matrix = numpy.random.default_rng(0).random((700, 700))

def run(raw_data):
    kind, seconds = raw_data.split()
    until = time.monotonic() + float(seconds)
    if kind == 'sleep':
        time.sleep(float(seconds))
    while kind == 'python' and time.monotonic() < until:
        pass
    while kind == 'numpy' and time.monotonic() < until:
        matrix @ matrix
    return kind
"""
PATHS = ("/", "/v2/health/live", "/v2/health/ready")


def probes(client, stub, url):
    """Each question after which the server is known to be well."""
    for path in PATHS:
        yield path, lambda path=path: client.get(url + path).status_code == 200
    serving = health_pb2.HealthCheckResponse.SERVING
    question = health_pb2.HealthCheckRequest()
    yield "gRPC", lambda: stub.Check(question, timeout=60).status == serving


def waits_during(run, client, stub, url):
    """Seconds of every probe that was asked and answered while `run` was under way."""
    waits = {}
    while not run.done():
        for name, well in probes(client, stub, url):
            asked = time.monotonic()
            assert well(), name
            if not run.done():
                waits.setdefault(name, []).append(time.monotonic() - asked)
    return waits


@pytest.mark.parametrize("kind", ["sleep", "python", "numpy"])
def test_health_is_answered_at_once_while_run_takes_three_seconds(serve, kind):
    server = serve(SCRIPT, "--grpc-port", 0)
    address = f"127.0.0.1:{server.logged('grpc_port')}"
    with (
        ThreadPoolExecutor(1) as pool,
        httpx.Client(timeout=60) as client,
        grpc.insecure_channel(address) as channel,
    ):
        stub = health_pb2_grpc.HealthStub(channel)
        assert all(well() for _, well in probes(client, stub, server.url))
        run = pool.submit(server.ask, "POST", "/score", content=f"{kind} {SECONDS}".encode())
        while server.metric("scoring_running") == 0 and not run.done():
            time.sleep(0.01)
        waits = waits_during(run, client, stub, server.url)
        assert run.result().json() == kind
    assert len(waits) == len(PATHS) + 1
    for name, seconds in waits.items():
        median, longest = statistics.median(seconds), max(seconds)
        shown = f"{kind}, {name}: {len(seconds)} answers, median {median:.4f} s, longest {longest:.4f} s"
        print(shown)
        # Milliseconds on a quiet machine; behind run() it would be one answer, after seconds.
        assert len(seconds) > 10, shown
        assert median < 0.25, shown
