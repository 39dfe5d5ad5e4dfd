"""The gRPC protocol, over a real connection."""

import asyncio

import grpc
import numpy as np
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import (
    ProtoReflectionDescriptorDatabase,
)

from scoring.http.guard import Guard
from scoring.http.keys import Keys
from scoring.oip.grpc_messages import SERVICE, message
from scoring.oip.grpc_server import GrpcServer


@pytest.fixture(scope="module")
def running(run_door):
    return run_door(SLIPWAY_MAX_BODY_BYTES="100000")


@pytest.fixture(scope="module")
def channel(running):
    with grpc.insecure_channel(f"127.0.0.1:{running.server.port}") as channel:
        yield channel


@pytest.fixture(scope="module")
def call(caller, channel):
    return caller(channel)


def request(model="identity_fp32", **more):
    return message("ModelInferRequest")(model_name=model, **more)


def x(datatype="FP32", shape=(2, 2), **contents):
    about = {"name": "x", "datatype": datatype, "shape": shape}
    return about | ({"contents": contents} if contents else {})


def refusal(call, sent, code):
    with pytest.raises(grpc.RpcError) as caught:
        call("ModelInfer", sent)
    assert caught.value.code() is code
    return caught.value.details()


def test_health_and_metadata(call):
    assert call("ServerLive").live
    assert call("ServerReady").ready
    assert "binary_tensor_data" in call("ServerMetadata").extensions
    about = call("ModelMetadata", message("ModelMetadataRequest")(name="sums", version="1"))
    assert list(about.versions) == ["1", "2"]
    assert [(spec.name, spec.datatype, list(spec.shape)) for spec in about.inputs] == [
        ("a", "FP32", [-1, 3]),
        ("b", "FP32", [-1, 3]),
    ]
    assert call("ModelReady", message("ModelReadyRequest")(name="sums")).ready


FIELDS = {
    "BOOL": "bool_contents",
    "INT8": "int_contents",
    "INT16": "int_contents",
    "INT32": "int_contents",
    "INT64": "int64_contents",
    "UINT8": "uint_contents",
    "UINT16": "uint_contents",
    "UINT32": "uint_contents",
    "UINT64": "uint64_contents",
    "FP32": "fp32_contents",
    "FP64": "fp64_contents",
    "BYTES": "bytes_contents",
}


@pytest.mark.parametrize("datatype", FIELDS)
def test_typed_contents_are_answered_with_typed_contents(call, examples, datatype):
    values = examples[datatype][0] + examples[datatype][1]
    if datatype == "BYTES":
        values = [text.encode() for text in values]
    sent = request(
        f"identity_{datatype.lower()}", inputs=[x(datatype, **{FIELDS[datatype]: values})]
    )
    answer = call("ModelInfer", sent)
    [output] = answer.outputs
    assert (output.datatype, list(output.shape)) == (datatype, [2, 2])
    got = list(getattr(output.contents, FIELDS[datatype]))
    assert got == (np.array(values, "f4").tolist() if datatype == "FP32" else values)
    assert not answer.raw_output_contents


@pytest.mark.parametrize("datatype", ["FP16", "FP32", "INT8", "UINT64", "BOOL"])
def test_raw_contents_are_answered_with_raw_contents(call, examples, datatype):
    dtype = "bool" if datatype == "BOOL" else datatype.lower().replace("fp", "float")
    data = np.array(examples[datatype], dtype).tobytes()
    answer = call(
        "ModelInfer",
        request(f"identity_{datatype.lower()}", inputs=[x(datatype)], raw_input_contents=[data]),
    )
    assert list(answer.raw_output_contents) == [data]


def test_id_parameters_version_and_chosen_outputs(call):
    inputs = [
        {
            "name": name,
            "datatype": "FP32",
            "shape": [1, 3],
            "contents": {"fp32_contents": [2, 3, 4]},
        }
        for name in "ab"
    ]
    sent = request("sums", model_version="1", id="7", inputs=inputs, outputs=[{"name": "sum"}])
    sent.parameters["who"].string_param = "me"
    answer = call("ModelInfer", sent)
    assert (answer.id, answer.model_version, answer.parameters["who"].string_param) == (
        "7",
        "1",
        "me",
    )
    assert [list(output.contents.fp32_contents) for output in answer.outputs] == [[4, 6, 8]]


INVALID = grpc.StatusCode.INVALID_ARGUMENT


@pytest.mark.parametrize(
    ("sent", "code", "words"),
    [
        (request("nobody"), grpc.StatusCode.NOT_FOUND, "nobody"),
        (request(model_version="9"), grpc.StatusCode.NOT_FOUND, "version"),
        (request(), INVALID, "needs the inputs x"),
        (request(inputs=[x(fp32_contents=[1])]), INVALID, "4"),
        (request(inputs=[x(int_contents=[1, 2, 3, 4])]), INVALID, "fp32_contents"),
        (request(inputs=[x(fp32_contents=[1, 2, 3, 4])] * 2), INVALID, "twice"),
        (request(inputs=[x()], raw_input_contents=[b"123"]), INVALID, "needs 16"),
        (request(inputs=[x()], raw_input_contents=[bytes(16)] * 2), INVALID, "2 entries for 1"),
        (
            request(inputs=[x(fp32_contents=[1, 2, 3, 4])], raw_input_contents=[bytes(16)]),
            INVALID,
            "contents and raw",
        ),
        (request(inputs=[x(shape=[-1, 2])], raw_input_contents=[b""]), INVALID, "no tensor has"),
        (
            request("identity_int8", inputs=[x("INT8", int_contents=[1, 2, 3, 400])]),
            INVALID,
            "-128 to 127",
        ),
        (
            request("identity_fp16", inputs=[x("FP16", fp32_contents=[1, 2, 3, 4])]),
            INVALID,
            "raw_input_contents",
        ),
        (
            request("identity_bytes", inputs=[x("BYTES", bytes_contents=[b"\xff"] * 4)]),
            INVALID,
            "UTF-8",
        ),
        (
            request(inputs=[x()], raw_input_contents=[bytes(200_000)]),
            grpc.StatusCode.RESOURCE_EXHAUSTED,
            "",
        ),
    ],
)
def test_what_is_wrong_is_said(call, sent, code, words):
    assert words in refusal(call, sent, code)


def test_an_unknown_method_is_unimplemented(channel):
    method = channel.unary_unary(f"/{SERVICE}/ModelTrain")
    with pytest.raises(grpc.RpcError) as caught:
        method(b"", timeout=20)
    assert caught.value.code() is grpc.StatusCode.UNIMPLEMENTED


def test_no_protobuf_at_all_is_refused(channel):
    method = channel.unary_unary(f"/{SERVICE}/ModelInfer")
    with pytest.raises(grpc.RpcError) as caught:
        method(b"\xff\xff\xff", timeout=20)
    assert caught.value.code() is INVALID
    assert "ModelInferRequest" in caught.value.details()


def test_grpc_health(channel, running):
    health = health_pb2_grpc.HealthStub(channel)
    for service in ("", SERVICE):
        status = health.Check(health_pb2.HealthCheckRequest(service=service), timeout=20).status
        assert status == health_pb2.HealthCheckResponse.SERVING
    with pytest.raises(grpc.RpcError) as caught:
        health.Check(health_pb2.HealthCheckRequest(service="other"), timeout=20)
    assert caught.value.code() is grpc.StatusCode.NOT_FOUND
    watch = health.Watch(health_pb2.HealthCheckRequest(), timeout=20)
    assert next(watch).status == health_pb2.HealthCheckResponse.SERVING
    running.service.draining = True
    try:
        assert next(watch).status == health_pb2.HealthCheckResponse.NOT_SERVING
    finally:
        running.service.draining = False
        watch.cancel()


def test_reflection_describes_the_service(channel):
    database = ProtoReflectionDescriptorDatabase(channel)
    assert {SERVICE, "grpc.health.v1.Health"} <= set(database.get_services())
    described = database.FindFileContainingSymbol(SERVICE)
    assert [method.name for method in described.service[0].method].count("ModelInfer") == 1
    assert database.FindFileContainingSymbol("grpc.health.v1.Health").package == "grpc.health.v1"


def test_keys_are_asked_for_except_by_health(call, channel, running):
    running.service.guard = Guard(Keys({"SLIPWAY_PRIMARY_KEY": "secret"}, {}), None)
    try:
        assert call("ServerLive").live
        health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest(), timeout=20)
        sent = request(inputs=[x(fp32_contents=[1, 2, 3, 4])])
        refusal(call, sent, grpc.StatusCode.UNAUTHENTICATED)
        assert call("ModelInfer", sent, metadata=[("authorization", "Bearer secret")]).outputs
    finally:
        running.service.guard = None


def test_a_port_that_is_taken_is_said(running, build):
    from scoring.errors import ScoringError

    async def second():
        await GrpcServer(running.service, running.server.port).start()

    with pytest.raises(ScoringError, match="--grpc-port"):
        asyncio.run(second())
