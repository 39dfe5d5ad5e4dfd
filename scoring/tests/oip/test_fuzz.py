"""Whatever is sent: an answer or a refusal with a sentence, never a failure of the server's own."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.oip import raw, tensors
from scoring.oip.datatypes import MEMORY, from_bfloat16, to_bfloat16
from scoring.oip.errors import InferenceError
from scoring.oip.grpc_messages import message

DATATYPES = sorted(MEMORY)

scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False)
    | st.text(max_size=4)
)
anything = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=15,
)
shapes = st.lists(st.integers(-1, 4), max_size=3) | st.just([2**40, 2**40]) | anything
inputs = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["x", "y"]) | anything,
        "shape": shapes,
        "datatype": st.sampled_from(DATATYPES) | anything,
    },
    optional={
        "data": anything,
        "parameters": st.dictionaries(
            st.just("binary_data_size") | st.text(max_size=4), anything, max_size=2
        )
        | anything,
    },
)
parameters = st.dictionaries(
    st.sampled_from(["binary_data_output", "timeout", "sequence_id", "a"]), scalars, max_size=2
)
output = st.fixed_dictionaries(
    {"name": st.sampled_from(["y", "z"])}, optional={"parameters": anything}
)
documents = anything | st.fixed_dictionaries(
    {"inputs": st.lists(inputs, max_size=3) | anything},
    optional={
        "id": anything,
        "parameters": parameters,
        "outputs": st.lists(output, max_size=2) | anything,
    },
)


def fine(response):
    if response.status == 200:
        return True
    sentence = json.loads(response.body)["error"]
    return 400 <= response.status < 500 and 10 < len(sentence) < 1000


@settings(max_examples=400, deadline=None)
@given(
    st.sampled_from(["identity_fp32", "identity_bytes", "identity_int8", "sums"]),
    documents,
    st.binary(max_size=40),
    st.integers(-2, 2),
)
def test_any_document_with_any_tail(ask, model, document, tail, off):
    text = json.dumps(document).encode()
    headers = {"inference-header-content-length": str(len(text) + off)} if tail else {}
    response = ask("POST", f"/v2/models/{model}/infer", text + tail, headers)
    assert fine(response), response.body


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200), st.none() | st.integers(0, 200))
def test_any_bytes(ask, body, length):
    headers = {} if length is None else {"inference-header-content-length": str(length)}
    response = ask("POST", "/v2/models/identity_fp32/infer", body, headers)
    assert fine(response), response.body


@pytest.mark.parametrize(
    "opening", [b"[", b'{"a":', b'{"inputs":[{"data":[', b'{"inputs":[', b'{"parameters":{"a":[']
)
def test_nesting_without_end(ask, opening):
    response = ask("POST", "/v2/models/identity_fp32/infer", opening * 40_000)
    assert fine(response)
    assert response.status == 400


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_any_protobuf_is_refused_before_or_after_parsing(service, data):
    from google.protobuf.message import DecodeError

    from scoring.oip import grpc_infer

    try:
        parsed = message("ModelInferRequest").FromString(data)
        grpc_infer.read_inputs(service.models.get("identity_fp32"), parsed)
    except (DecodeError, InferenceError):
        pass


DIMENSIONS = [0, 1, 2, 3, -1, 2**31, 2**40, 2**62, 2**63 - 1, -(2**63)]
contents = st.fixed_dictionaries(
    {},
    optional={
        "fp32_contents": st.lists(st.floats(width=32), max_size=5),
        "int_contents": st.lists(st.integers(-(2**31), 2**31 - 1), max_size=5),
        "bytes_contents": st.lists(st.binary(max_size=4), max_size=5),
    },
)
grpc_inputs = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["x", "x", "y", ""]),
        "datatype": st.sampled_from([*DATATYPES, "FP8", ""]),
        "shape": st.just([2, 2]) | st.lists(st.sampled_from(DIMENSIONS), max_size=4),
    },
    optional={"contents": contents},
)
grpc_requests = st.fixed_dictionaries(
    {"inputs": st.lists(grpc_inputs, max_size=2)},
    optional={
        "raw_input_contents": st.lists(
            st.sampled_from([b"", bytes(16), bytes(4)]) | st.binary(max_size=40), max_size=2
        )
    },
)


def sentence_of(reading):
    """Of the refusal; None where there is none."""
    try:
        reading()
    except InferenceError as refused:
        return refused.message
    return None


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(["identity_fp32", "identity_bytes", "identity_int8"]), grpc_requests)
def test_any_tensors_over_grpc_are_read_or_refused(service, model, document):
    from scoring.oip import grpc_infer

    parsed = message("ModelInferRequest")(**document)
    sentence = sentence_of(lambda: grpc_infer.read_inputs(service.models.get(model), parsed))
    assert sentence is None or 10 < len(sentence) < 1000


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=60), st.integers(1, 3))
def test_any_large_message_is_looked_over(tail, times):
    from scoring.oip import grpc_wire

    large = message("ModelInferRequest")(raw_input_contents=[bytes(70_000)]).SerializeToString()
    assert sentence_of(lambda: grpc_wire.check(large * times)) is None
    sentence = sentence_of(lambda: grpc_wire.check(large + tail))
    assert sentence is None or 10 < len(sentence) < 1000


def arrays(datatype):
    if datatype == "BYTES":
        return st.text(max_size=8)
    if datatype == "BOOL":
        return st.booleans()
    if datatype == "BF16":
        # What is larger rounds to infinity, which JSON cannot carry.
        largest = float(np.float32(from_bfloat16(np.array([0x7F7F], "u2"))[0]))
        return st.floats(-largest, largest, width=32)
    if datatype in ("FP16", "FP32", "FP64"):
        width = {"FP16": 16, "FP64": 64}.get(datatype, 32)
        return st.floats(width=width, allow_nan=False, allow_infinity=False)
    bounds = np.iinfo(MEMORY[datatype])
    return st.integers(int(bounds.min), int(bounds.max))


@settings(max_examples=200, deadline=None)
@given(st.data(), st.sampled_from(DATATYPES), st.integers(0, 3), st.integers(1, 3))
def test_tensors_survive_both_forms(data, datatype, rows, columns):
    elements = data.draw(
        st.lists(arrays(datatype), min_size=rows * columns, max_size=rows * columns)
    )
    values = np.array(elements, MEMORY[datatype]).reshape(rows, columns)
    if datatype == "BF16":
        values = from_bfloat16(to_bfloat16(values)).reshape(rows, columns)
    again = raw.decode("x", datatype, [rows, columns], raw.encode(values, datatype))
    assert again.tolist() == values.tolist()
    text = json.dumps(values.tolist()).encode()
    again = tensors.decode("x", datatype, [rows, columns], text)
    assert again.tolist() == values.tolist()


@given(st.floats(width=32))
def test_bfloat16_is_the_nearest(value):
    rounded = from_bfloat16(to_bfloat16(np.array([value], "f4")))[0]
    if np.isnan(value):
        assert np.isnan(rounded)
    elif np.isfinite(rounded):
        assert abs(rounded - value) <= abs(value) * 2**-8 + 2**-133
