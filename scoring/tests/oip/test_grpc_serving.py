"""gRPC of a running server as its operators see it: metrics, logs, traces, records, keys, certificates, the end."""

import json
import signal
import socket
import ssl
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import grpc
import jwt
import numpy as np
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from grpc_health.v1 import health_pb2, health_pb2_grpc

from scoring.oip.grpc_messages import SERVICE, message

INFER = f"/{SERVICE}/ModelInfer"
TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
SLEEPER = """
import time
import numpy as np
from inference_schema.parameter_types.numpy_parameter_type import NumpyParameterType
from inference_schema.schema_decorators import input_schema, output_schema
def init(): pass
@input_schema("x", NumpyParameterType(np.array([[1.0]])))
@output_schema(NumpyParameterType(np.array([[1.0]])))
def run(x):
    time.sleep(float(x[0][0]))
    return x.tolist()
"""


def sent(model="identity_fp32", rows=1, columns=2, datatype="FP32", name="x", value=0.5):
    data = np.full((rows, columns), value, "<f8" if datatype == "FP64" else "<f4").tobytes()
    inputs = [{"name": name, "datatype": datatype, "shape": [rows, columns]}]
    return message("ModelInferRequest")(model_name=model, inputs=inputs, raw_input_contents=[data])


def bearer(key):
    return [("authorization", f"Bearer {key}")]


def failing(call, *arguments, **more):
    with pytest.raises(grpc.RpcError) as caught:
        call(*arguments, **more)
    return caught.value


def until(what, seconds=30):
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end
        time.sleep(0.05)


def plain(server):
    return grpc.insecure_channel(f"127.0.0.1:{server.grpc_port}")


@pytest.fixture
def observed(start_server, models, caller, receiver, tmp_path):
    """A server that has answered calls of every kind and has ended; with its metrics from before."""
    server = start_server(
        models,
        "--grpc-port",
        0,
        "--trust-pickle",
        SLIPWAY_COLLECT=str(tmp_path),
        OTEL_EXPORTER_OTLP_ENDPOINT=receiver.url,
    )
    trace = [("traceparent", f"00-{TRACE}-{PARENT}-01"), ("x-request-id", "first")]
    with plain(server) as channel:
        call = caller(channel)
        call("ModelInfer", sent(), metadata=trace)
        failing(call, "ModelInfer", sent(columns=3), metadata=[("x-request-id", "second")])
        failing(call, "ModelInfer", sent("nobody"))
        failing(call, "ModelMetadata", message("ModelMetadataRequest")(name="nobody"))
        call("ServerReady")
        health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest(), timeout=20)
        failing(channel.unary_unary("/some.Service/Method"), b"", timeout=20)
    server.counted = {
        (route, status): server.metric(
            "scoring_requests_total", route=route, method="RPC", status=status
        )
        for route, status in (
            (INFER, "200"),
            (INFER, "400"),
            (INFER, "404"),
            ("", "404"),
            ("/grpc.health.v1.Health/Check", "200"),
        )
    }
    server.timed = server.metric(
        "scoring_compute_seconds_count", route=INFER, model="identity_fp32"
    )
    assert server.stop() == 0
    return server


def test_every_call_is_seen_by_all_observers(observed, receiver, tmp_path):
    assert set(observed.counted.values()) == {1}, observed.counted
    assert observed.timed == 1

    lines = [line for line in observed.lines() if line["logger"] == "scoring.access"]
    about = [
        (line["method"], line["path"].rpartition("/")[2], line["status"])
        for line in lines
        if line["method"] == "RPC"
    ]
    assert about == [
        ("RPC", "ModelInfer", 200),
        ("RPC", "ModelInfer", 400),
        ("RPC", "ModelInfer", 404),
        ("RPC", "ModelMetadata", 404),
        ("RPC", "Method", 404),
    ]
    first = lines[0]
    assert first["request_id"] == "first"
    assert first["client"].startswith("127.0.0.1:")
    assert first["bytes"] > 0
    assert {"duration_ms", "queue_ms", "run_ms"} <= first.keys()

    spans = {span.name: span for span in receiver.spans if span.trace_id.hex() == TRACE}
    name = INFER.lstrip("/")
    assert set(spans) == {name, "queue", "compute"}
    assert spans[name].parent_span_id.hex() == PARENT
    assert spans["compute"].parent_span_id == spans[name].span_id
    codes = sorted(
        attribute.value.int_value
        for span in receiver.spans
        if span.name == name
        for attribute in span.attributes
        if attribute.key == "rpc.grpc.status_code"
    )
    assert codes == [0, 3, 5]

    kept = "".join(path.read_text() for path in tmp_path.rglob("*.jsonl"))
    first, second, third = map(json.loads, kept.splitlines())
    assert (first["request_id"], first["method"], first["route"], first["status"]) == (
        "first",
        "RPC",
        INFER,
        200,
    )
    assert (first["model"], first["inputs"], first["outputs"]) == (
        "identity_fp32",
        {"x": [[0.5, 0.5]]},
        {"y": [[0.5, 0.5]]},
    )
    assert (second["request_id"], second["status"]) == ("second", 400)
    assert "the model takes [-1, 2]" in second["outputs"]
    assert (third["status"], "nobody" in third["error"]) == (404, True)


def test_keys_are_rotated_under_load_and_no_call_is_lost(start_server, models, caller, tmp_path):
    primary, secondary = tmp_path / "primary", tmp_path / "secondary"
    primary.write_text("key-1")
    secondary.write_text("spare")
    server = start_server(
        models,
        "--grpc-port",
        0,
        SLIPWAY_PRIMARY_KEY_FILE=str(primary),
        SLIPWAY_SECONDARY_KEY_FILE=str(secondary),
    )
    ended, codes = threading.Event(), []

    def load():
        with plain(server) as channel:
            call = caller(channel)
            while not ended.is_set():
                try:
                    call("ModelInfer", sent(), metadata=bearer("spare"))
                    codes.append(grpc.StatusCode.OK)
                except grpc.RpcError as error:
                    codes.append(error.code())

    with ThreadPoolExecutor(3) as pool, plain(server) as channel:
        call = caller(channel)
        loads = [pool.submit(load) for _ in range(3)]

        def code(key):
            try:
                call("ModelInfer", sent(), metadata=bearer(key))
            except grpc.RpcError as error:
                return error.code()
            return grpc.StatusCode.OK

        try:
            for number in (2, 3, 4):
                assert code(f"key-{number - 1}") is grpc.StatusCode.OK
                fresh = tmp_path / "fresh"
                fresh.write_text(f"key-{number}")
                fresh.replace(primary)
                until(lambda: code(f"key-{number}") is grpc.StatusCode.OK)  # noqa: B023  (called at once)
                assert code(f"key-{number - 1}") is grpc.StatusCode.UNAUTHENTICATED
        finally:
            ended.set()
        for done in loads:
            done.result(30)
    assert set(codes) == {grpc.StatusCode.OK}
    assert len(codes) > 50


def test_tokens_are_as_good_as_keys(start_server, models, caller, tmp_path):
    private, other = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    published = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(private.public_key()))
    jwks = tmp_path / "jwks.json"
    jwks.write_text(json.dumps({"keys": [{**published, "kid": "1", "use": "sig"}]}))
    server = start_server(
        models,
        "--grpc-port",
        0,
        SLIPWAY_JWT_JWKS=str(jwks),
        SLIPWAY_JWT_ISSUER="https://issuer.example",
        SLIPWAY_JWT_AUDIENCE="scoring",
    )

    def token(key, **claims):
        usual = {"iss": "https://issuer.example", "aud": "scoring", "exp": int(time.time()) + 60}
        return jwt.encode(usual | claims, key, algorithm="ES256", headers={"kid": "1"})

    with plain(server) as channel:
        call = caller(channel)
        assert call("ModelInfer", sent(), metadata=bearer(token(private))).outputs
        for wrong in (token(other), token(private, exp=1), token(private, aud="other")):
            error = failing(call, "ModelInfer", sent(), metadata=bearer(wrong))
            assert error.code() is grpc.StatusCode.UNAUTHENTICATED
            assert error.details() == "key_auth_access_denied"


def shown(server, version=ssl.TLSVersion.TLSv1_3):
    """The common name that the server shows to a new connection."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.minimum_version = context.maximum_version = version
    context.set_alpn_protocols(["h2"])
    with (
        socket.create_connection(("127.0.0.1", server.grpc_port), timeout=20) as connection,
        context.wrap_socket(connection, server_hostname="localhost") as wrapped,
    ):
        certificate = x509.load_der_x509_certificate(wrapped.getpeercert(binary_form=True))
    return certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value


def secure(server, root):
    return grpc.secure_channel(
        f"127.0.0.1:{server.grpc_port}", grpc.ssl_channel_credentials(root.read_bytes())
    )


def test_certificates_are_replaced_under_open_channels(start_server, models, caller, certificate):
    files = certificate("one")
    server = start_server(models, "--grpc-port", 0, "--tls-cert", files[0], "--tls-key", files[1])
    root = files[0]
    with plain(server) as channel:
        error = failing(caller(channel), "ServerLive")
        assert error.code() is grpc.StatusCode.UNAVAILABLE
    with secure(server, root) as kept:
        call = caller(kept)
        assert call("ModelInfer", sent()).outputs
        assert shown(server, ssl.TLSVersion.TLSv1_2) == "one"
        certificate("two")
        until(lambda: shown(server) == "two")
        assert call("ModelInfer", sent()).outputs
        with secure(server, root) as fresh:
            assert caller(fresh)("ModelInfer", sent()).outputs
        # A certificate that does not fit its key is not taken.
        files[0].write_bytes(b"nonsense")
        until(lambda: server.log.read_text().count("cannot be used together") == 2)
        assert shown(server) == "two"
        certificate("three")
        until(lambda: shown(server) == "three")
    assert server.stop() == 0
    assert server.lines()  # nothing but JSON


def test_the_lowest_version_of_tls_counts_for_grpc(start_server, models, caller, certificate):
    files = certificate("one")
    server = start_server(
        models,
        "--grpc-port",
        0,
        "--tls-cert",
        files[0],
        "--tls-key",
        files[1],
        SLIPWAY_TLS_LOWEST_VERSION="1.3",
    )
    with pytest.raises((ssl.SSLError, ConnectionError)):
        shown(server, ssl.TLSVersion.TLSv1_2)
    assert shown(server, ssl.TLSVersion.TLSv1_3) == "one"
    with secure(server, files[0]) as channel:
        assert caller(channel)("ModelInfer", sent()).outputs


def test_calls_in_flight_are_finished_and_health_turns_at_once(start_server, caller):
    server = start_server(SLEEPER, "--grpc-port", 0, SLIPWAY_DRAIN_SECONDS="1")
    slow = sent("model", columns=1, datatype="FP64", value=3.0)
    quick = sent("model", columns=1, datatype="FP64", value=0.0)
    with plain(server) as channel, ThreadPoolExecutor() as pool:
        call = caller(channel)
        watch = health_pb2_grpc.HealthStub(channel).Watch(health_pb2.HealthCheckRequest())
        assert next(watch).status == health_pb2.HealthCheckResponse.SERVING
        first = pool.submit(call, "ModelInfer", slow)
        until(lambda: server.metric("scoring_running") == 1)
        assert server.metric("scoring_requests_in_progress") == 2  # and this question
        server.process.send_signal(signal.SIGTERM)
        assert next(watch).status == health_pb2.HealthCheckResponse.NOT_SERVING
        assert not call("ServerReady").ready
        assert call("ServerLive").live
        second = pool.submit(call, "ModelInfer", quick)
        assert first.result(30).outputs
        assert second.result(30).outputs
    assert server.process.wait(60) == 0


def test_sigterm_under_load_loses_no_call(start_server, models, caller):
    server = start_server(models, "--grpc-port", 0, "--trust-pickle", SLIPWAY_DRAIN_SECONDS="1")
    port, answers, refusals = server.grpc_port, [], []

    def client():
        # A pool of its own: a connection of its own.
        options = [("grpc.use_local_subchannel_pool", 1)]
        with grpc.insecure_channel(f"127.0.0.1:{port}", options=options) as channel:
            call = caller(channel)
            while True:
                try:
                    answers.append(call("ModelInfer", sent()))
                except grpc.RpcError as error:
                    refusals.append(error)
                    return

    with ThreadPoolExecutor(6) as pool:
        clients = [pool.submit(client) for _ in range(6)]
        until(lambda: len(answers) > 200)
        assert server.stop() == 0
        for done in clients:
            done.result(30)
    # Only who connects anew is refused, as by a server that is not there.
    assert {error.code() for error in refusals} == {grpc.StatusCode.UNAVAILABLE}
    assert all("failed to connect" in error.details() for error in refusals), refusals
    served = [line for line in server.lines() if line.get("path") == INFER]
    assert {line["status"] for line in served} == {200}
    assert len(served) == len(answers)


def test_a_silent_client_does_not_hold_up_the_end(start_server, models):
    server = start_server(models, "--grpc-port", 0, SLIPWAY_GRACE_SECONDS="600")
    with socket.create_connection(("127.0.0.1", server.grpc_port)):
        assert server.stop() == 0
