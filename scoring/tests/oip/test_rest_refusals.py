"""What the REST protocol refuses, and in which words."""

import json
import re

import pytest


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


def test_integers_outside_their_datatype_are_refused(infer, identity):
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
