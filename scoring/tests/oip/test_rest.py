"""The REST protocol as a client sees it: health, metadata, versions, bodies."""

import gzip
import json
import zlib

import pytest


def test_health_and_metadata(ask):
    assert json.loads(ask("GET", "/v2/health/live").body) == {"live": True}
    ready = ask("GET", "/v2/health/ready")
    assert (ready.status, json.loads(ready.body)["ready"]) == (200, True)
    server = json.loads(ask("GET", "/v2").body)
    assert server["name"]
    assert server["version"]
    assert "binary_tensor_data" in server["extensions"]


def test_not_ready_while_draining(ask, service):
    service.draining = True
    try:
        assert ask("GET", "/v2/health/ready").status == 503
        assert ask("GET", "/v2/models/sums/ready").status == 503
        assert ask("GET", "/v2/health/live").status == 200
    finally:
        service.draining = False


def test_model_metadata_with_and_without_version(ask):
    for path in ("/v2/models/sums", "/v2/models/sums/versions/1"):
        about = json.loads(ask("GET", path).body)
        assert about["name"] == "sums"
        assert about["versions"] == ["1", "2"]
        assert about["platform"] == "onnx_onnxv1"
        assert about["inputs"][0] == {"name": "a", "datatype": "FP32", "shape": [-1, 3]}
        assert [output["name"] for output in about["outputs"]] == ["sum", "difference"]
    assert ask("GET", "/v2/models/sums/versions/2/ready").status == 200


@pytest.mark.parametrize(
    "path", ["/v2/models/nobody", "/v2/models/sums/versions/9", "/v2/models/nobody/ready", "/v2/x"]
)
def test_what_is_not_there_is_404_with_a_sentence(ask, path):
    response = ask("GET", path)
    assert response.status == 404
    assert len(json.loads(response.body)["error"]) > 10


def test_versions_are_different_models(infer):
    inputs = [
        {"name": name, "shape": [1, 3], "datatype": "FP32", "data": [2, 3, 4]}
        for name in ("a", "b")
    ]
    answers = {
        path: infer(path, {"inputs": inputs})[1]
        for path in ("sums/versions/1", "sums/versions/2", "sums")
    }
    sums = {path: answer["outputs"][0]["data"] for path, answer in answers.items()}
    assert sums == {"sums/versions/1": [4, 6, 8], "sums/versions/2": [4, 9, 16], "sums": [4, 9, 16]}
    assert answers["sums"]["model_version"] == "2"


def test_id_and_parameters_come_back(infer, identity):
    _, answer = infer(
        "identity_fp32", identity("FP32", [1, 2, 3, 4], id="42", parameters={"who": "me", "n": 3})
    )
    assert (answer["id"], answer["parameters"]) == ("42", {"who": "me", "n": 3})
    _, answer = infer("identity_fp32", identity("FP32", [1, 2, 3, 4]))
    assert "id" not in answer


@pytest.mark.parametrize(
    ("encoding", "pack"), [("gzip", gzip.compress), ("deflate", zlib.compress)]
)
def test_compressed_requests(ask, encoding, pack, identity):
    body = pack(json.dumps(identity("FP32", [1, 2, 3, 4])).encode())
    assert (
        ask("POST", "/v2/models/identity_fp32/infer", body, {"content-encoding": encoding}).status
        == 200
    )


@pytest.mark.parametrize(
    ("encoding", "body", "status"),
    [
        ("gzip", b"not gzip", 400),
        ("gzip", gzip.compress(b"{}", mtime=0)[:-4], 400),
        ("br", b"", 415),
        ("gzip", gzip.compress(bytes(2_000_000)), 413),
        ("deflate", zlib.compress(bytes(2_000_000)), 413),
    ],
)
def test_compressed_bodies_that_are_broken_or_too_large(ask, encoding, body, status):
    response = ask("POST", "/v2/models/identity_fp32/infer", body, {"content-encoding": encoding})
    assert response.status == status
    assert json.loads(response.body)["error"]


def test_the_azure_form_of_one_of_several_models(ask):
    response = ask("POST", "/score", {"data": [[1, 2]]})
    assert response.status == 400
    assert "?model=NAME" in json.loads(response.body)["message"]
