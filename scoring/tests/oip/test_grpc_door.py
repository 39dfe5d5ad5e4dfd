"""What the gRPC door does with calls that are late, cancelled, unread or malformed."""

import threading

import grpc
import numpy as np
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from scoring.http.guard import Guard
from scoring.http.keys import Keys
from scoring.oip.grpc_messages import SERVICE, message
from scoring.signature import Signature, TensorSpec

INFER = f"/{SERVICE}/ModelInfer"
LIMIT = 200_000


@pytest.fixture(scope="module")
def running(run_door):
    return run_door(
        SLIPWAY_MAX_BODY_BYTES=str(LIMIT),
        SLIPWAY_BODY_READ_TIMEOUT_SECONDS="0.5",
        SLIPWAY_MAX_QUEUE_LENGTH="1",
    )


@pytest.fixture
def channel(running):
    with running.channel() as channel:
        yield channel


@pytest.fixture
def seen(running):
    """The next call that observers see, within 20 seconds."""
    # What the tests before have asked is shown to observers a moment after its answer.
    running.settle()
    while not running.seen.empty():
        running.seen.get()
    return lambda: running.seen.get(timeout=20)


@pytest.fixture
def never():
    """Messages of a client that has begun to send and sends nothing."""
    ended = threading.Event()

    def messages():
        ended.wait()
        yield from ()

    yield messages
    ended.set()


def infer(channel, data, **more):
    return channel.unary_unary(INFER)(data, timeout=20, **more)


def failing(call):
    with pytest.raises(grpc.RpcError) as caught:
        call()
    return caught.value


def identity(datatype="FP32", shape=(2, 2), **more):
    inputs = [{"name": "x", "datatype": datatype, "shape": shape}]
    name = f"identity_{datatype.lower()}"
    return message("ModelInferRequest")(model_name=name, inputs=inputs, **more)


GOOD = identity(raw_input_contents=[bytes(16)]).SerializeToString()


def test_an_unknown_method_is_refused_and_seen(channel, seen):
    error = failing(lambda: channel.unary_unary(f"/{SERVICE}/ModelTrain")(b"", timeout=20))
    assert error.code() is grpc.StatusCode.UNIMPLEMENTED
    assert f"/{SERVICE}/ModelTrain is not a method of this server" in error.details()
    assert seen() == ("RPC", "", 404)


def test_a_message_that_is_too_large_is_refused_and_seen(channel, seen):
    error = failing(lambda: infer(channel, bytes(LIMIT + 1)))
    assert error.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert str(LIMIT) in error.details()
    assert seen() == ("RPC", INFER, 413)


def test_a_message_that_unpacks_to_too_much_is_refused(channel, seen):
    error = failing(lambda: infer(channel, bytes(50 * LIMIT), compression=grpc.Compression.Gzip))
    assert error.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert seen() == ("RPC", INFER, 413)


def test_a_call_without_a_message_is_refused(channel, seen):
    error = failing(lambda: channel.stream_unary(INFER)(iter(()), timeout=20))
    assert error.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert "no message" in error.details()
    assert seen() == ("RPC", INFER, 400)


def test_a_message_that_never_comes_has_an_end(channel, seen, never):
    error = failing(lambda: channel.stream_unary(INFER)(never()))
    assert error.code() is grpc.StatusCode.DEADLINE_EXCEEDED
    assert "not here after 0.5 s" in error.details()
    assert seen() == ("RPC", INFER, 408)


def test_the_key_is_asked_for_before_the_message_is_read(channel, running, seen, never):
    running.service.guard = Guard(Keys({"SLIPWAY_PRIMARY_KEY": "secret"}, {}), None)
    try:
        error = failing(lambda: channel.stream_unary(INFER)(never(), timeout=20))
        assert (error.code(), error.details()) == (
            grpc.StatusCode.UNAUTHENTICATED,
            "key_auth_bad_header_forbidden",
        )
        assert seen() == ("RPC", INFER, 401)
        stub = reflection_pb2_grpc.ServerReflectionStub(channel)
        asked = reflection_pb2.ServerReflectionRequest(list_services="")
        error = failing(lambda: list(stub.ServerReflectionInfo(iter([asked]), timeout=20)))
        assert error.code() is grpc.StatusCode.UNAUTHENTICATED
        health = health_pb2_grpc.HealthStub(channel)
        assert health.Check(health_pb2.HealthCheckRequest(), timeout=20).status
    finally:
        running.service.guard = None


@pytest.mark.parametrize("path", [INFER, "/grpc.health.v1.Health/Check", f"/{SERVICE}/ServerLive"])
def test_what_is_no_message_of_the_method_is_refused(channel, path):
    error = failing(lambda: channel.unary_unary(path)(b"\xff\xff\xff", timeout=20))
    assert error.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert path.rpartition("/")[2] in error.details()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (identity(shape=[0, 2**62], raw_input_contents=[b""]).SerializeToString(), "no tensor has"),
        (identity(shape=[2**62, 0]).SerializeToString(), "no tensor has"),
        (identity(shape=[1] * 33, raw_input_contents=[bytes(4)]).SerializeToString(), "33 axes"),
        (identity(shape=[1] * 70_000).SerializeToString(), "70000 bytes"),
        (GOOD + b"\x2a\x00" * 40_000, "more than 10000 inputs"),
        (GOOD + b"\x3a\x00" * 40_000, "more than 10000 inputs"),
        (GOOD[:-1] + bytes([255]) * 70_000, "begins no field"),
        (GOOD + b"\x0b" * 70_000, "begins no field"),
    ],
)
def test_messages_that_would_take_much_more_memory_than_they_sent(channel, data, words):
    error = failing(lambda: infer(channel, data))
    assert error.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert words in error.details()


def test_a_large_message_of_small_elements_is_answered(channel):
    texts = [str(number).encode() for number in range(20_000)]
    sent = identity("BYTES", [10_000, 2])
    sent.inputs[0].contents.bytes_contents.extend(texts)
    assert sent.ByteSize() > 64 * 1024
    answer = message("ModelInferResponse").FromString(infer(channel, sent.SerializeToString()))
    assert list(answer.outputs[0].contents.bytes_contents) == texts


def test_a_sentence_is_never_too_long_for_a_client(channel):
    sent = message("ModelInferRequest")(model_name="x" * 100_000).SerializeToString()
    error = failing(lambda: infer(channel, sent))
    assert error.code() is grpc.StatusCode.NOT_FOUND
    assert 20 < len(error.details()) <= 1000


def test_requests_have_the_ids_that_http_gives(channel):
    method = channel.unary_unary(INFER)
    given = (("x-request-id", "mine"), ("x-ms-client-request-id", "theirs"))
    _, called = method.with_call(GOOD, timeout=20, metadata=given)
    sent = dict(called.trailing_metadata())
    assert (sent["x-request-id"], sent["x-ms-client-request-id"]) == ("mine", "theirs")
    assert sent["x-ms-server-version"].startswith("slipway-scoring/")
    _, called = method.with_call(GOOD, timeout=20)
    assert len(dict(called.trailing_metadata())["x-request-id"]) == 36
    refused = failing(lambda: infer(channel, b"\xff", metadata=given))
    assert dict(refused.trailing_metadata())["x-request-id"] == "mine"
    error = failing(lambda: infer(channel, GOOD, metadata=(("x-request-id", "x" * 101),)))
    assert error.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert "x-request-id" in error.details()


class Slow:
    """A model that computes one request until it is told to go on, and remembers whose rows it saw."""

    name, version, platform = "slow", "1", "test"
    batchable = inline = False
    signature = Signature((TensorSpec("x", "FP32", (-1, 1)),), (TensorSpec("y", "FP32", (-1, 1)),))

    def __init__(self):
        self.begun = threading.Event()
        self.go_on = threading.Event()
        self.seen = []

    def predict(self, inputs, outputs=None):
        self.seen.append(float(inputs["x"][0, 0]))
        self.begun.set()
        self.go_on.wait(30)
        return {"y": inputs["x"]}


@pytest.fixture(scope="module")
def slow(running):
    model = Slow()
    running.service.models.add(model)
    return model


def number(value):
    inputs = [{"name": "x", "datatype": "FP32", "shape": [1, 1]}]
    data = np.array([value], "<f4").tobytes()
    sent = message("ModelInferRequest")(model_name="slow", inputs=inputs, raw_input_contents=[data])
    return sent.SerializeToString()


@pytest.mark.parametrize(("how", "status"), [("cancel", 499), ("deadline", 504)])
def test_who_has_gone_away_keeps_no_place_in_the_queue(channel, slow, seen, how, status):
    slow.begun.clear()
    slow.go_on.clear()
    slow.seen.clear()
    method = channel.unary_unary(INFER)
    first = method.future(number(1), timeout=30)
    assert slow.begun.wait(20)
    if how == "cancel":
        # A queue of one place is full only once the call has got there.
        gone = method.future(number(2), timeout=30)
        while True:
            error = failing(lambda: method(number(9), timeout=0.05))
            if error.code() is grpc.StatusCode.UNAVAILABLE:
                break
            assert seen()[2] == 504
        assert "requests are waiting" in error.details()
        assert seen()[2] == 503
        gone.cancel()
    else:
        gone = method.future(number(2), timeout=0.2)
        assert gone.code() is grpc.StatusCode.DEADLINE_EXCEEDED
    assert seen() == ("RPC", INFER, status)
    third = method.future(number(3), timeout=30)
    slow.go_on.set()
    assert first.result(20)
    assert third.result(20)
    assert [value for value in slow.seen if value != 9] == [1, 3]


def test_open_streams_do_not_hold_up_the_end(run_door):
    running = run_door()
    with running.channel() as channel:
        watch = health_pb2_grpc.HealthStub(channel).Watch(health_pb2.HealthCheckRequest())
        assert next(watch).status == health_pb2.HealthCheckResponse.SERVING
        asked = threading.Event()

        def questions():
            yield reflection_pb2.ServerReflectionRequest(list_services="")
            asked.wait()

        described = reflection_pb2_grpc.ServerReflectionStub(channel).ServerReflectionInfo(
            questions()
        )
        assert next(described).list_services_response.service
        running.close()  # raises after 20 seconds
        asked.set()
        assert list(watch) == []
        assert {running.seen.get(timeout=20)[2] for _ in range(2)} == {200}


def test_a_failing_observer_harms_no_call(run_door):
    running = run_door()
    running.service.observers.insert(0, lambda *_: 1 / 0)
    with running.channel() as channel:
        assert infer(channel, GOOD)
