"""A score.py by way of the Open Inference Protocol."""

import json
import os
import subprocess
import sys

import httpx
import pytest

DECORATED = """
import numpy as np
from inference_schema.schema_decorators import input_schema, output_schema
from inference_schema.parameter_types.numpy_parameter_type import NumpyParameterType

def init():
    pass

@input_schema("data", NumpyParameterType(np.zeros((1, 3))))
@output_schema(NumpyParameterType(np.zeros(1)))
def run(data):
    if data[0][0] < 0:
        return {"no": "tensor"}
    return data.sum(axis=1)
"""
PLAIN = "def init(): pass\ndef run(raw): return raw\n"


@pytest.fixture(scope="module")
def start(tmp_path_factory):
    """start(script) gives the address of a server of it, with a model directory diabetes/3."""
    servers = []

    def serve(script):
        source = tmp_path_factory.mktemp("source")
        models = source / "diabetes" / "3"
        models.mkdir(parents=True)
        (source / "score.py").write_text(script)
        command = [sys.executable, "-m", "scoring", "serve", "--source", source, "--port", "0"]
        environment = {**os.environ, "AZUREML_MODEL_DIR": str(models), "SLIPWAY_DRAIN_SECONDS": "0"}
        server = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
        servers.append(server)
        port = next(json.loads(line)["port"] for line in server.stderr if '"port"' in line)
        return f"http://127.0.0.1:{port}"

    yield serve
    for server in servers:
        server.terminate()
        server.communicate(timeout=30)


@pytest.fixture(scope="module")
def decorated(start):
    return start(DECORATED)


@pytest.fixture(scope="module")
def plain(start):
    return start(PLAIN)


def infer(address, values):
    response = httpx.post(f"{address}/v2/models/diabetes/infer", json=tensor(values), timeout=20)
    return response.status_code, response.json()


def tensor(values):
    return {
        "inputs": [{"name": "data", "shape": [len(values), 3], "datatype": "FP64", "data": values}]
    }


def test_its_schema_is_its_signature(decorated):
    about = httpx.get(f"{decorated}/v2/models/diabetes/versions/3").json()
    assert about["inputs"] == [{"name": "data", "datatype": "FP64", "shape": [-1, 3]}]
    assert about["outputs"] == [{"name": "output", "datatype": "FP64", "shape": [-1]}]


def test_tensors_go_through_run(decorated):
    status, answer = infer(decorated, [[1, 2, 3], [4, 5, 6]])
    assert status == 200
    assert answer["outputs"] == [
        {"name": "output", "datatype": "FP64", "shape": [2], "data": [6, 15]}
    ]


def test_an_answer_that_is_no_tensor_is_said(decorated):
    status, answer = infer(decorated, [[-1, 2, 3]])
    assert status == 400
    assert "POST /score" in answer["error"]


def test_without_a_schema_it_is_listed_but_not_callable(plain):
    about = httpx.get(f"{plain}/v2/models/diabetes").json()
    assert about["inputs"] == []
    assert "@input_schema" in about["parameters"]["signature"]
    status, answer = infer(plain, [[1, 2, 3]])
    assert status == 400
    assert "@input_schema" in answer["error"]
