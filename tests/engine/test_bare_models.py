"""A model without a script and without a conda file, by the ordinary `pulumi up`, over every protocol."""

import json
import urllib.request
from urllib.parse import urlsplit

import grpc
import joblib
import numpy as np
import pytest
from skl2onnx import to_onnx

from scoring.oip import grpc_messages
from tests.harness import consistency
from tests.harness.deployment import SAMPLE

pytestmark = [pytest.mark.engine, pytest.mark.timeout(900)]

ROWS = np.array(SAMPLE["data"], np.float32)


@pytest.fixture
def expected(deployment):
    """The README's model as ONNX in the stack, and what a service of it must predict."""
    numbers = deployment.use_model(alpha=0.1)
    model = joblib.load(deployment.example / "model.pkl")
    (deployment.example / "model.onnx").write_bytes(to_onnx(model, ROWS[:1]).SerializeToString())
    deployment.configure("slipway:models.diabetes", {"path": "examples/diabetes/model.onnx"})
    deployment.configure("slipway:images.diabetes-image", {"models": ["diabetes"]})
    return pytest.approx(numbers, rel=1e-5)


def test_an_onnx_file_alone_is_a_service(deployment, expected):
    deployment.engine.up().check()
    base = deployment.output("services.diabetes.scoringUri").removesuffix("/score")

    assert deployment.score() == expected
    metadata = json.loads(asked(f"{base}/v2/models/diabetes"))
    assert metadata["versions"] == ["1"]
    (tensor,) = metadata["inputs"]
    assert inferred(base, tensor) == expected
    assert inferred_by_grpc(urlsplit(base).hostname, tensor) == expected
    assert "/score" in json.loads(asked(f"{base}/swagger.json"))["paths"]
    assert "<!doctype html>" in asked(f"{base}/docs")
    assert 'model="diabetes",route="/score",status="200"' in asked(f"{base}/metrics")
    assert consistency.problems(deployment) == []

    # A change of the configuration, and nothing listens for gRPC any more.
    deployment.configure("slipway:services.diabetes.grpc", False)
    deployment.engine.up().check()
    assert deployment.answers() == expected
    with pytest.raises(grpc.RpcError) as refused:
        inferred_by_grpc(urlsplit(base).hostname, tensor)
    assert refused.value.code() is grpc.StatusCode.UNAVAILABLE
    assert deployment.engine.destroy().ok
    assert consistency.nothing(deployment) == []


def asked(uri, body=None):
    request = urllib.request.Request(uri, data=body, headers={"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as response:
        return response.read().decode()


def inferred(base, tensor):
    wanted = {"name": tensor["name"], "datatype": tensor["datatype"], "shape": ROWS.shape}
    body = json.dumps({"inputs": [{**wanted, "data": ROWS.ravel().tolist()}]}).encode()
    (output,) = json.loads(asked(f"{base}/v2/models/diabetes/infer", body))["outputs"]
    return output["data"]


def inferred_by_grpc(host, tensor):
    request = grpc_messages.message("ModelInferRequest")(model_name="diabetes")
    request.inputs.add(name=tensor["name"], datatype=tensor["datatype"], shape=ROWS.shape)
    request.raw_input_contents.append(ROWS.tobytes())
    with grpc.insecure_channel(f"{host}:8001") as channel:
        infer = channel.unary_unary(
            f"/{grpc_messages.SERVICE}/ModelInfer",
            request_serializer=lambda message: message.SerializeToString(),
            response_deserializer=grpc_messages.ModelInferResponse.FromString,
        )
        answer = infer(request, timeout=30)
    return np.frombuffer(answer.raw_output_contents[0], np.float32).tolist()
