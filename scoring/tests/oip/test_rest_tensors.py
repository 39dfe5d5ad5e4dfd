"""Tensors over REST, as JSON and as bytes."""

import json
import struct

import numpy as np
import pytest

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
def test_every_datatype_as_json(infer, examples, datatype, nested, identity):
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


def test_numbers_are_widened_but_never_narrowed(infer, identity):
    response, answer = infer("identity_fp64", identity("FP32", [1, 2, 3, 4]))
    assert (response.status, answer["outputs"][0]["datatype"]) == (200, "FP64")
    response, answer = infer("identity_fp32", identity("FP64", [1, 2, 3, 4]))
    assert response.status == 400
    assert "FP64" in answer["error"]
    assert "FP32" in answer["error"]
