"""Who asks after the server's health is answered while `run()` computes, whatever it computes."""

import time
from concurrent.futures import ThreadPoolExecutor

import grpc
import httpx
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

SCRIPT = """
import os
import time
import numpy

def init():
    global matrix
    matrix = numpy.random.default_rng(0).random((700, 700))

def run(raw_data):
    kind, end = raw_data.split()
    while not os.path.exists(end):
        if kind == 'sleep':
            time.sleep(0.5)
        if kind == 'python':
            for _ in range(3_000_000):
                pass
        if kind == 'numpy':
            for _ in range(10):
                matrix @ matrix
    return kind
"""
PATHS = ("/", "/v2/health/live", "/v2/health/ready")
ROUNDS = 5


def probes(client, stub, url):
    """Each question after which the server is known to be well."""
    for path in PATHS:
        yield path, lambda path=path: client.get(url + path).status_code == 200
    serving = health_pb2.HealthCheckResponse.SERVING
    question = health_pb2.HealthCheckRequest()
    yield "gRPC", lambda: stub.Check(question, timeout=60).status == serving


@pytest.mark.parametrize("kind", ["sleep", "python", "numpy"])
def test_health_is_answered_while_run_computes(serve, tmp_path, kind):
    end = tmp_path / "end"
    server = serve(SCRIPT, "--grpc-port", 0)
    address = f"127.0.0.1:{server.logged('grpc_port')}"
    with (
        ThreadPoolExecutor(1) as pool,
        httpx.Client(timeout=60) as client,
        grpc.insecure_channel(address) as channel,
    ):
        stub = health_pb2_grpc.HealthStub(channel)
        assert all(well() for _, well in probes(client, stub, server.url))
        run = pool.submit(server.ask, "POST", "/score", content=f"{kind} {end}".encode())
        try:
            while server.metric("scoring_running") == 0 and not run.done():
                time.sleep(0.01)
            # Whatever waited for run() would never be answered: it ends only afterwards.
            for name, well in list(probes(client, stub, server.url)) * ROUNDS:
                assert well(), name
            assert not run.done()
        finally:
            end.touch()
        assert run.result().json() == kind
