"""The REST protocol as a client sees it."""

import gzip
import json
import struct
import zlib

import numpy as np
import pytest


def identity(datatype, data, **more):
    return {"inputs": [{"name": "x", "shape": [2, 2], "datatype": datatype, "data": data}], **more}


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


DATATYPES = [
    "BOOL",
    "UINT8",
    "UINT16",
    "UINT32",
    "UINT64",
    "INT8",
    "INT16",
    "INT32",
    "INT64",
    "FP16",
    "FP32",
    "FP64",
    "BYTES",
]


@pytest.mark.parametrize("datatype", DATATYPES)
@pytest.mark.parametrize("nested", [True, False], ids=["nested", "flat"])
def test_every_datatype_as_json(infer, examples, datatype, nested):
    data = examples[datatype]
    flat = data[0] + data[1]
    response, answer = infer(
        f"identity_{datatype.lower()}", identity(datatype, data if nested else flat)
    )
    assert response.status == 200, answer
    [output] = answer["outputs"]
    assert (output["name"], output["datatype"], output["shape"]) == ("y", datatype, [2, 2])
    if datatype == "BYTES":
        assert output["data"] == flat
    else:
        dtype = "bool" if datatype == "BOOL" else datatype.lower().replace("fp", "float")
        assert np.array(output["data"], dtype).tolist() == np.array(flat, dtype).tolist()


def raw(datatype, data):
    if datatype == "BYTES":
        texts = [text.encode() for row in data for text in row]
        return b"".join(struct.pack("<I", len(text)) + text for text in texts)
    dtype = "bool" if datatype == "BOOL" else datatype.lower().replace("fp", "float")
    return np.array(data, dtype).tobytes()


@pytest.mark.parametrize("datatype", DATATYPES)
def test_every_datatype_as_binary_both_ways(infer, examples, datatype):
    data = raw(datatype, examples[datatype])
    document = {
        "inputs": [
            {
                "name": "x",
                "shape": [2, 2],
                "datatype": datatype,
                "parameters": {"binary_data_size": len(data)},
            }
        ],
        "outputs": [{"name": "y", "parameters": {"binary_data": True}}],
    }
    response, answer = infer(f"identity_{datatype.lower()}", document, data)
    assert response.status == 200, answer
    assert answer["outputs"][0]["parameters"] == {"binary_data_size": len(data)}
    assert response.body[-len(data) :] == data
    assert dict(response.headers)["Content-Type"] == "application/octet-stream"


def test_each_output_chooses_its_form(infer):
    rows = np.arange(3, dtype="f4")
    document = {
        "inputs": [
            {
                "name": "a",
                "shape": [1, 3],
                "datatype": "FP32",
                "parameters": {"binary_data_size": 12},
            },
            {"name": "b", "shape": [1, 3], "datatype": "FP32", "data": [1, 1, 1]},
        ],
        "parameters": {"binary_data_output": True},
        "outputs": [{"name": "difference", "parameters": {"binary_data": False}}, {"name": "sum"}],
    }
    response, answer = infer("sums/versions/1", document, rows.tobytes())
    first, second = answer["outputs"]
    assert (first["name"], first["data"]) == ("difference", [-1, 0, 1])
    assert "data" not in second
    assert np.frombuffer(response.body[-12:], "f4").tolist() == [1, 2, 3]


def test_a_raw_body_is_the_only_input(ask):
    rows = np.arange(6, dtype="f4")
    response = ask(
        "POST",
        "/v2/models/identity_fp32/infer",
        rows.tobytes(),
        {"inference-header-content-length": "0"},
    )
    assert response.status == 200, response.body
    length = int(dict(response.headers)["inference-header-content-length"])
    assert json.loads(response.body[:length])["outputs"][0]["shape"] == [3, 2]
    assert response.body[length:] == rows.tobytes()


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


def test_id_and_parameters_come_back(infer):
    _, answer = infer(
        "identity_fp32", identity("FP32", [1, 2, 3, 4], id="42", parameters={"who": "me", "n": 3})
    )
    assert (answer["id"], answer["parameters"]) == ("42", {"who": "me", "n": 3})
    _, answer = infer("identity_fp32", identity("FP32", [1, 2, 3, 4]))
    assert "id" not in answer


def test_numbers_are_widened_but_never_narrowed(infer):
    response, answer = infer("identity_fp64", identity("FP32", [1, 2, 3, 4]))
    assert (response.status, answer["outputs"][0]["datatype"]) == (200, "FP64")
    response, answer = infer("identity_fp32", identity("FP64", [1, 2, 3, 4]))
    assert response.status == 400
    assert "FP64" in answer["error"]
    assert "FP32" in answer["error"]


@pytest.mark.parametrize(
    ("encoding", "pack"), [("gzip", gzip.compress), ("deflate", zlib.compress)]
)
def test_compressed_requests(ask, encoding, pack):
    body = pack(json.dumps(identity("FP32", [1, 2, 3, 4])).encode())
    assert (
        ask("POST", "/v2/models/identity_fp32/infer", body, {"content-encoding": encoding}).status
        == 200
    )


def x(**changes):
    return {"name": "x", "shape": [2, 2], "datatype": "FP32", "data": [1, 2, 3, 4]} | changes


WRONG = [
    ({}, "inputs"),
    ({"inputs": []}, "needs the inputs x"),
    ({"inputs": [x(), x()]}, "twice"),
    ({"inputs": [x(name="z")]}, "no input 'z'"),
    ({"inputs": [x(datatype="FP99")]}, "FP99"),
    ({"inputs": [x(datatype="BYTES")]}, "BYTES"),
    ({"inputs": [x(data=["a", "b", "c", "d"])]}, "FP32"),
    ({"inputs": [x(data=[1, 2, 3])]}, r"[3]"),
    ({"inputs": [x(data=[[1, 2], [3]])]}, "different lengths"),
    ({"inputs": [x(data={"a": 1})]}, "list"),
    ({"inputs": [x(data=None)]}, "list"),
    ({"inputs": [x(data=[True, False, True, False])]}, "FP32"),
    ({"inputs": [x(shape=[4])]}, "[-1, 2]"),
    ({"inputs": [x(shape=[1, 4])]}, "[-1, 2]"),
    ({"inputs": [x(shape=[-2, -2])]}, "no tensor has"),
    ({"inputs": [x(shape=[2**62, 2**62])]}, "no tensor has"),
    ({"inputs": [x(shape=[1] * 1000)]}, "no tensor has"),
    ({"inputs": [x(shape=["2", 2])]}, "int"),
    ({"inputs": [x(shape=[0, 2], data=[])]}, "no rows"),
    ({"inputs": [x(data=[float("nan")] * 4)]}, "not JSON"),
    ({"inputs": [x(parameters={"binary_data_size": 16})]}, "both data"),
    ({"inputs": [{"name": "x", "shape": [2, 2], "datatype": "FP32"}]}, "neither data"),
    ({"inputs": [x(parameters={"shared_memory_region": "r"})]}, "shared memory"),
    ({"inputs": [x()], "outputs": [{"name": "z"}]}, "no output 'z'"),
    ({"inputs": [x()], "outputs": [{"name": "y"}, {"name": "y"}]}, "twice"),
    (
        {"inputs": [x()], "outputs": [{"name": "y", "parameters": {"classification": 3}}]},
        "classification",
    ),
    (
        {"inputs": [x()], "outputs": [{"name": "y", "parameters": {"binary_data": "yes"}}]},
        "true or false",
    ),
    ({"inputs": [x()], "parameters": {"sequence_id": 7}}, "sequence"),
    ({"inputs": [x()], "parameters": 3}, "parameters"),
    ({"inputs": [x()], "id": 3}, "id"),
    ([], "object"),
]


@pytest.mark.parametrize(("document", "words"), WRONG)
def test_what_is_wrong_is_said(infer, document, words):
    response, answer = infer("identity_fp32", document)
    assert response.status == 400
    assert words in answer["error"]


def test_integers_outside_their_datatype_are_refused(infer):
    for datatype, value in [("UINT8", 256), ("INT8", -129), ("UINT64", -1), ("INT64", 2**63)]:
        response, answer = infer(
            f"identity_{datatype.lower()}", identity(datatype, [value, 0, 0, 0])
        )
        assert (response.status, datatype in answer["error"]) == (400, True)


BINARY = {
    "inputs": [
        {"name": "x", "shape": [2, 2], "datatype": "FP32", "parameters": {"binary_data_size": 16}}
    ]
}


@pytest.mark.parametrize(
    ("size", "data", "words"),
    [
        (16, bytes(15), "15 bytes are left"),
        (16, bytes(17), "1 bytes after"),
        (15, bytes(15), "needs 16"),
        (-1, bytes(16), "number of bytes"),
        (True, bytes(1), "number of bytes"),
        ("16", bytes(16), "number of bytes"),
        (2**63 - 1, bytes(16), "left in the body"),
        (2**80, bytes(16), "<= 9223372036854775807"),
    ],
)
def test_binary_sizes_must_fit(infer, size, data, words):
    import re

    document = {"inputs": [{**BINARY["inputs"][0], "parameters": {"binary_data_size": size}}]}
    response, answer = infer("identity_fp32", document, data)
    assert response.status == 400
    assert re.search(words, answer["error"])


@pytest.mark.parametrize(
    ("raw_texts", "words"),
    [
        (b"\x05\0\0\0ab" + b"\0\0\0\0" * 3, "more bytes than were sent|not UTF-8|ends before"),
        (b"\xff\xff\xff\xff" + bytes(12), "more bytes"),
        (bytes(8), "at least 16"),
        (bytes(17), "after its last"),
        (b"\x01\0\0\0\xff" + bytes(12), "not UTF-8"),
    ],
)
def test_broken_bytes_are_refused(infer, raw_texts, words):
    import re

    document = {
        "inputs": [
            {
                "name": "x",
                "shape": [2, 2],
                "datatype": "BYTES",
                "parameters": {"binary_data_size": len(raw_texts)},
            }
        ]
    }
    response, answer = infer("identity_bytes", document, raw_texts)
    assert response.status == 400
    assert re.search(words, answer["error"])


def test_a_truth_value_is_zero_or_one(infer):
    document = {
        "inputs": [
            {
                "name": "x",
                "shape": [2, 2],
                "datatype": "BOOL",
                "parameters": {"binary_data_size": 4},
            }
        ]
    }
    response, answer = infer("identity_bool", document, b"\0\1\2\0")
    assert response.status == 400
    assert "other than 0 and 1" in answer["error"]


@pytest.mark.parametrize("length", ["-1", "1.5", "x", "99999999", "9" * 400, "\u0663"])
def test_header_lengths_that_do_not_fit(ask, length):
    response = ask(
        "POST", "/v2/models/identity_fp32/infer", b"{}", {"inference-header-content-length": length}
    )
    assert response.status == 400
    assert "inference-header-content-length" in json.loads(response.body)["error"]


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
