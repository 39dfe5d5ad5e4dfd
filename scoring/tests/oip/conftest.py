"""A service with models of every datatype, without sockets."""

import asyncio
import datetime
import ipaddress
import json
import queue
import threading
import time

import grpc
import numpy as np
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from onnx import TensorProto, helper

from scoring import assembly
from scoring import settings as setting
from scoring.http.exchange import Exchange
from scoring.http.message import Request, Response
from scoring.oip.grpc_messages import SERVICE, message
from scoring.oip.grpc_server import GrpcServer

TYPES = {
    "BOOL": TensorProto.BOOL,
    "UINT8": TensorProto.UINT8,
    "UINT16": TensorProto.UINT16,
    "UINT32": TensorProto.UINT32,
    "UINT64": TensorProto.UINT64,
    "INT8": TensorProto.INT8,
    "INT16": TensorProto.INT16,
    "INT32": TensorProto.INT32,
    "INT64": TensorProto.INT64,
    "FP16": TensorProto.FLOAT16,
    "FP32": TensorProto.FLOAT,
    "FP64": TensorProto.DOUBLE,
    "BYTES": TensorProto.STRING,
}


def saved(path, nodes, inputs, outputs):
    graph = helper.make_graph(nodes, "g", inputs, outputs)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    path.parent.mkdir(parents=True)
    path.write_bytes(model.SerializeToString())


def tensor(name, kind, *shape):
    return helper.make_tensor_value_info(name, kind, list(shape))


@pytest.fixture(scope="session")
def models(tmp_path_factory):
    """identity_<datatype> (n x 2), and `sums` of two inputs with two outputs in versions 1 and 2."""
    root = tmp_path_factory.mktemp("models")
    for name, kind in TYPES.items():
        node = helper.make_node("Identity", ["x"], ["y"])
        where = root / f"identity_{name.lower()}" / "1" / "m.onnx"
        saved(where, [node], [tensor("x", kind, "n", 2)], [tensor("y", kind, "n", 2)])
    for version, operator in (("1", "Add"), ("2", "Mul")):
        nodes = [
            helper.make_node(operator, ["a", "b"], ["sum"]),
            helper.make_node("Sub", ["a", "b"], ["difference"]),
        ]
        inputs = [tensor(name, TensorProto.FLOAT, "n", 3) for name in ("a", "b")]
        outputs = [tensor(name, TensorProto.FLOAT, "n", 3) for name in ("sum", "difference")]
        saved(root / "sums" / version / "m.onnx", nodes, inputs, outputs)
    return root


@pytest.fixture(scope="session")
def build(models):
    """build(NAME=value) gives a service; environment variables as keywords."""

    def make(**variables):
        chosen = setting.read(variables, {"source": models, "trust_pickle": True})
        return assembly.build(chosen)

    return make


@pytest.fixture(scope="session")
def service(build):
    service = build(SLIPWAY_MAX_BODY_BYTES="1000000")
    service.started = True
    return service


class Protocol:
    """What a server gives an application to answer with."""

    def __init__(self):
        self.response = asyncio.get_running_loop().create_future()

    def response_bytes(self, status, headers, body):
        self.response.set_result(Response(status, headers, body))


@pytest.fixture(scope="session")
def ask(service):
    """ask(method, path, body=b"", headers={}) gives the Response."""

    def answer(method, path, body=b"", headers=None):
        if not isinstance(body, bytes | bytearray | memoryview):
            body = json.dumps(body).encode()

        async def main():
            service.executor.start()
            application = assembly.application(service)
            told = {"content-length": str(len(body)), **(headers or {})}
            protocol = Protocol()
            exchange = Exchange(application, Request(method, path, "", told), protocol)
            if application.arrive(exchange):
                application.complete(exchange, body)
            return await asyncio.wait_for(protocol.response, 20)

        # Batchers belong to the loop of their first request.
        service.dispatcher._batchers.clear()
        return asyncio.run(main())

    yield answer
    service.executor.stop()


@pytest.fixture(scope="session")
def infer(ask):
    """infer(model, document, binary=b"", headers={}) gives status and decoded document."""

    def call(model, document, binary=b"", headers=None):
        text = json.dumps(document).encode()
        sent = dict(headers or {})
        if binary:
            sent["inference-header-content-length"] = str(len(text))
        response = ask("POST", f"/v2/models/{model}/infer", text + binary, sent)
        return response, json.loads(_json_part(response))

    return call


def _json_part(response):
    length = dict(response.headers).get("inference-header-content-length")
    return response.body if length is None else response.body[: int(length)]


@pytest.fixture(scope="session")
def examples():
    """Two rows of two for each datatype, with the extremes."""
    values = {
        "BOOL": [[True, False], [False, True]],
        "FP16": [[0.5, -2.0], [65504.0, 0.0]],
        "FP32": [[0.1, -2.5], [3e38, 1e-38]],
        "FP64": [[0.1, -2.5], [1e308, 5e-324]],
        "BYTES": [["", "ä€"], ["a,b", '"quoted"']],
    }
    for name in ("UINT8", "UINT16", "UINT32", "UINT64", "INT8", "INT16", "INT32", "INT64"):
        bounds = np.iinfo(name.lower())
        values[name] = [[bounds.min, bounds.max], [0, 1]]
    return values


@pytest.fixture(scope="session")
def identity():
    """identity(datatype, data) gives the document of one input of two rows of two."""

    def document(datatype, data, **more):
        only = {"name": "x", "shape": [2, 2], "datatype": datatype, "data": data}
        return {"inputs": [only], **more}

    return document


class Running:
    """A service and its gRPC server on a loop of their own."""

    def __init__(self, service):
        #: (method, route, status) of each call, as observers see it.
        self.seen = queue.Queue()
        service.observers.append(
            lambda asked, given: self.seen.put((asked.method, asked.outcome.route, given.status))
        )
        self.service = service
        self.server = GrpcServer(service, 0)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)

    def start(self):
        self._thread.start()
        self.service.executor.start()
        self.service.sightings.bind(self._loop)
        self._on_loop(self.server.start())
        self.service.started = True

    def channel(self):
        return grpc.insecure_channel(f"127.0.0.1:{self.server.port}")

    def settle(self):
        """Returns when every call has ended and has been shown to observers."""

        async def settled():
            while self.service.in_progress:
                await asyncio.sleep(0.01)
            self.service.sightings.show()

        self._on_loop(settled())

    def close(self):
        self._on_loop(self.server.close(time.monotonic() + 300))

    def stop(self):
        self._on_loop(self.server.stop())
        self.service.executor.stop()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _on_loop(self, coroutine):
        asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(20)


@pytest.fixture(scope="module")
def run_door(build):
    """run_door(NAME=value) gives a running gRPC server of the models; environment variables as keywords."""
    started = []

    def run(**variables):
        running = Running(build(**variables))
        running.start()
        started.append(running)
        return running

    yield run
    for running in started:
        running.stop()


@pytest.fixture(scope="session")
def caller():
    """caller(channel)("ModelInfer", request) -> response."""

    def on(channel):
        def make(name, request=None, metadata=None, timeout=20):
            method = channel.unary_unary(
                f"/{SERVICE}/{name}",
                request_serializer=message(f"{name}Request").SerializeToString,
                response_deserializer=message(f"{name}Response").FromString,
            )
            return method(
                request or message(f"{name}Request")(), timeout=timeout, metadata=metadata
            )

        return make

    return on


@pytest.fixture
def certificate(tmp_path):
    """Writes a self-signed certificate of this machine, whose common name is told; returns the files."""

    def make(name):
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        places = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
        now = datetime.datetime.now(datetime.UTC)
        signed = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + datetime.timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName(places), critical=False)
            .sign(key, hashes.SHA256())
        )
        pem = serialization.Encoding.PEM
        form = serialization.PrivateFormat.PKCS8
        replace(tmp_path / "key.pem", key.private_bytes(pem, form, serialization.NoEncryption()))
        replace(tmp_path / "cert.pem", signed.public_bytes(pem))
        return tmp_path / "cert.pem", tmp_path / "key.pem"

    return make


def replace(path, content):
    fresh = path.with_suffix(".new")
    fresh.write_bytes(content)
    fresh.replace(path)
