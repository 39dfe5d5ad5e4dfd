"""What is left in memory of calls that failed: nothing, without the collector's help."""

import asyncio
import gc
import json
import logging

import grpc
import pytest

from scoring import assembly
from scoring.http.exchange import Exchange
from scoring.http.message import Request
from scoring.oip.grpc_door import Call
from scoring.oip.grpc_messages import SERVICE, message
from scoring.signature import Signature, TensorSpec

INFER = f"/{SERVICE}/ModelInfer"
TIMES = 20


@pytest.fixture
def no_collector():
    # pytest keeps what is logged, tracebacks and all.
    logging.disable()
    gc.collect()
    gc.disable()
    yield
    gc.enable()
    logging.disable(logging.NOTSET)


def kept(kind):
    return sum(isinstance(one, kind) for one in gc.get_objects())


class Broken:
    """A model that fails, in a frame that holds the request's values."""

    name, version, platform = "broken", "1", "test"
    batchable = inline = False
    signature = Signature((TensorSpec("x", "FP32", (-1, 1)),), (TensorSpec("y", "FP32", (-1, 1)),))

    def predict(self, inputs, outputs=None):
        raise ValueError(f"cannot compute {inputs['x'].shape}")


@pytest.fixture
def broken(build):
    service = build()
    model = Broken()
    service.models.add(model)
    return service


class Unheard:
    """Takes an answer for which nobody waits."""

    def __init__(self):
        self.status = None

    def response_bytes(self, status, headers, body):
        self.status = status


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/score?model=broken", {"data": [[1.0]]}),
        (
            "/v2/models/broken/infer",
            {"inputs": [{"name": "x", "shape": [1, 1], "datatype": "FP32", "data": [1]}]},
        ),
    ],
)
def test_models_that_fail(broken, no_collector, path, body):
    path, _, query = path.partition("?")
    sent = json.dumps(body).encode()
    told = {"content-length": str(len(sent))}

    async def main():
        broken.executor.start()
        application = assembly.application(broken)
        protocols = [Unheard() for _ in range(TIMES)]
        for protocol in protocols:
            exchange = Exchange(application, Request("POST", path, query, told), protocol)
            assert application.arrive(exchange)
            application.complete(exchange, sent)
            while protocol.status is None:
                await asyncio.sleep(0.001)
        assert {protocol.status for protocol in protocols} == {500}
        del exchange
        # The executor's thread lets go of its last call with the next one.
        await broken.executor.run(int)
        await asyncio.sleep(0.1)

    asyncio.run(main())
    broken.executor.stop()
    assert kept(Exchange) <= 1


@pytest.mark.parametrize(
    ("path", "data"),
    [(INFER, b"\xff"), (INFER, bytes(200_000)), (INFER, b""), (f"/{SERVICE}/Nothing", b"")],
    ids=["no protobuf", "too large", "no model", "no method"],
)
def test_grpc_calls_that_are_refused(run_door, no_collector, path, data):
    running = run_door(SLIPWAY_MAX_BODY_BYTES="100000")
    with running.channel() as channel:
        for _ in range(TIMES):
            with pytest.raises(grpc.RpcError):
                channel.unary_unary(path)(data, timeout=20)
        running.settle()
    assert kept(Call) <= 1


def test_grpc_calls_of_a_model_that_fails(run_door, no_collector):
    running = run_door()
    running.service.models.add(Broken())
    inputs = [{"name": "x", "datatype": "FP32", "shape": [1, 1]}]
    sent = message("ModelInferRequest")(
        model_name="broken", inputs=inputs, raw_input_contents=[bytes(4)]
    ).SerializeToString()
    with running.channel() as channel:
        for _ in range(TIMES):
            with pytest.raises(grpc.RpcError) as failed:
                channel.unary_unary(INFER)(sent, timeout=20)
            assert failed.value.code() is grpc.StatusCode.INTERNAL
        running.settle()
    assert kept(Call) <= 1
