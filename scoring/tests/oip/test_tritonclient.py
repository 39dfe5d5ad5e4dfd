"""NVIDIA's client, unmodified, against a running server, on both transports."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def ports(models):
    """HTTP and gRPC port of a server that has said that it is ready."""
    command = [
        sys.executable,
        "-m",
        "scoring",
        "serve",
        "--source",
        models,
        "--port",
        "0",
        "--grpc-port",
        "0",
    ]
    environment = {**os.environ, "SLIPWAY_DRAIN_SECONDS": "0"}
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as server:
        found = {}
        while len(found) < 2 and (line := server.stderr.readline()):
            found |= {
                name: json.loads(line)[name]
                for name in ("port", "grpc_port")
                if f'"{name}"' in line
            }
        yield found["port"], found["grpc_port"]
        server.terminate()
        server.communicate(timeout=30)


@pytest.fixture(scope="module")
def report(client_python, ports):
    calls = [client_python, HERE / "triton_calls.py", *map(str, ports)]
    done = subprocess.run(calls, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


@pytest.fixture(params=["http", "grpc"])
def seen(request, report):
    return report[request.param]


def test_health_and_metadata(seen):
    assert seen["about"] == {
        "live": True,
        "ready": True,
        "model ready": True,
        "unknown ready": False,
        "extensions": ["binary_tensor_data"],
        "versions": ["1", "2"],
    }


def test_every_datatype_in_every_form(seen):
    assert len(seen["identities"]) == 13
    assert all(seen["identities"].values()), seen["identities"]


def test_versions_outputs_ids_parameters_and_timeouts(seen):
    assert seen["everything"] == [[[1, 1, 1]], True]


def test_refusals_come_as_sentences(seen):
    assert "nobody" in seen["refusals"]["model"]
    assert "[1, 3]" in seen["refusals"]["shape"]
    assert "FP64" in seen["refusals"]["datatype"]


def test_fifty_at_once_each_get_their_own(seen):
    assert seen["concurrent"]


def test_tls_by_the_clients_own_option(client_python, start_server, models, certificate):
    root, key = certificate("one")
    server = start_server(models, "--grpc-port", 0, "--tls-cert", root, "--tls-key", key)
    calls = [client_python, HERE / "triton_tls.py", f"127.0.0.1:{server.grpc_port}", root]
    done = subprocess.run(
        [*map(str, calls)], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert json.loads(done.stdout) == {"ready": True, "output": [[1.0, 2.0]], "aio": [[1.0, 2.0]]}
