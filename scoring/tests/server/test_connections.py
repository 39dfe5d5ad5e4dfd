"""Connections that say nothing, that rest, that are too many: at a running server, over real sockets."""

import contextlib
import datetime
import http.client
import json
import socket
import ssl
import time

import grpc
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from scoring_fuzz.http2 import END_HEADERS, END_STREAM, HEADERS, PREFACE, SETTINGS, frame, literal

SCRIPT = """
import time
def init(): pass
def run(data):
    if data == "much":
        return "x" * 30_000_000
    time.sleep(float(data))
    return "done"
"""
GET = b"GET / HTTP/1.1\r\nHost: here\r\n\r\n"
HTTP2 = PREFACE + frame(SETTINGS)
HTTP2_GET = frame(
    HEADERS, END_HEADERS | END_STREAM, 1, b"\x82\x86" + literal(4, b"/") + literal(1, b"here")
)
# Looks are a second apart, and the machine may be busy.
LATE_SECONDS = 8.0


def connected(port, sent=b"", host="127.0.0.1"):
    connection = socket.create_connection((host, port), timeout=30)
    connection.sendall(sent)
    return connection


def port_of(server):
    return int(server.url.rpartition(":")[2])


def seconds_open(connection, began):
    """Until the server hangs up; what it says before is not of interest."""
    connection.settimeout(60)
    with contextlib.suppress(ConnectionResetError):
        while connection.recv(65536):
            pass
    return time.monotonic() - began


def asked(connection):
    """The status of one more request on a connection of HTTP/1.1."""
    connection.sendall(GET)
    answer = http.client.HTTPResponse(connection)
    answer.begin()
    answer.read()
    return answer.status


def closed(server, why):
    name = f'scoring_connections_closed_total{{why="{why}"}} '
    lines = server.ask("GET", "/metrics").text.splitlines()
    return sum(float(line.removeprefix(name)) for line in lines if line.startswith(name))


SILENT = {
    "nothing": b"",
    "half a head": b"GET / HTTP/1.1\r\nHo",
    "half a preface": PREFACE[:10],
    "a preface": PREFACE,
    "a preface and settings": HTTP2,
    "half a head of HTTP/2": HTTP2 + HTTP2_GET[:12],
}


def test_a_first_request_has_its_time_from_the_accept_on(serving):
    server = serving(SCRIPT, SLIPWAY_HEAD_READ_TIMEOUT_SECONDS="2")
    began = time.monotonic()
    with contextlib.ExitStack() as clients:
        opened = {
            name: clients.enter_context(connected(port_of(server), sent))
            for name, sent in SILENT.items()
        }
        lasted = {name: seconds_open(client, began) for name, client in opened.items()}
    assert all(2 <= seconds < 2 + LATE_SECONDS for seconds in lasted.values()), lasted
    assert closed(server, "silent") == len(SILENT)


UNFINISHED = [
    b"Content-Length: 99\r\n\r\nabc",
    b"Transfer-Encoding: chunked\r\n\r\n9\r\nabc",
]


@pytest.mark.parametrize("sent", UNFINISHED, ids=["length", "chunks"])
def test_a_connection_ends_with_its_408(serving, sent):
    server = serving(SCRIPT, SLIPWAY_BODY_READ_TIMEOUT_SECONDS="1")
    began = time.monotonic()
    with connected(port_of(server), b"POST /score HTTP/1.1\r\nHost: here\r\n" + sent) as client:
        answer = client.recv(65536)
        assert answer.startswith(b"HTTP/1.1 408 ")
        assert b"connection: close\r\n" in answer
        assert seconds_open(client, began) < 1 + LATE_SECONDS
    assert server.score(b"0").status_code == 200


RESTING = {
    "HTTP/1.1": GET,
    "HTTP/2": HTTP2 + HTTP2_GET,
    "half of the next head": GET + b"GET / HT",
}


def test_a_rest_lasts_as_long_as_the_setting_says(serving):
    server = serving(SCRIPT, SLIPWAY_HEAD_READ_TIMEOUT_SECONDS="1", SLIPWAY_KEEP_ALIVE_SECONDS="5")
    began = time.monotonic()
    with contextlib.ExitStack() as clients:
        opened = {
            name: clients.enter_context(connected(port_of(server), sent))
            for name, sent in RESTING.items()
        }
        lasted = {name: seconds_open(client, began) for name, client in opened.items()}
    assert all(5 <= seconds < 5 + LATE_SECONDS for seconds in lasted.values()), lasted
    assert closed(server, "rested") == len(RESTING)


def test_who_waits_for_an_answer_or_takes_it_slowly_does_not_rest(serving):
    server = serving(SCRIPT, SLIPWAY_HEAD_READ_TIMEOUT_SECONDS="1", SLIPWAY_KEEP_ALIVE_SECONDS="1")
    post = (
        b"POST /score HTTP/1.1\r\nHost: here\r\nContent-Type: a/b\r\nContent-Length: %d\r\n\r\n%b"
    )
    with connected(port_of(server), post % (1, b"6")) as client:
        assert client.recv(65536).startswith(b"HTTP/1.1 200 ")
    with connected(port_of(server), post % (4, b"much")) as client:
        got = 0
        for _ in range(80):
            part = client.recv(400_000)
            got += len(part)
            if got > 30_000_000:
                break
            time.sleep(0.1)
        while got <= 30_000_000 and (part := client.recv(1 << 20)):
            got += len(part)
    assert got > 30_000_000
    # Who takes nothing of it is no client.
    with connected(port_of(server), post % (4, b"much")) as client:
        before = closed(server, "rested")
        until = time.monotonic() + 30
        while closed(server, "rested") == before:
            assert time.monotonic() < until
            time.sleep(0.2)


@pytest.fixture
def certificate(tmp_path):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "here")])
    now = datetime.datetime.now(datetime.UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    (tmp_path / "key.pem").write_bytes(key.private_bytes(pem, form, serialization.NoEncryption()))
    (tmp_path / "cert.pem").write_bytes(signed.public_bytes(pem))
    return tmp_path / "cert.pem", tmp_path / "key.pem"


@pytest.mark.parametrize(("way", "host"), [("tls", "127.0.0.1"), ("tls", "::1"), ("plain", "::1")])
def test_clients_are_known_again_whatever_way_they_came(serving, certificate, way, host):
    """Who has been answered may rest for longer than a first head may take."""
    tls = ["--tls-cert", certificate[0], "--tls-key", certificate[1]] if way == "tls" else []
    server = serving(
        SCRIPT,
        "--host",
        host,
        *tls,
        SLIPWAY_HEAD_READ_TIMEOUT_SECONDS="1",
        SLIPWAY_KEEP_ALIVE_SECONDS="60",
    )
    with contextlib.ExitStack() as clients:
        served, silent = (
            clients.enter_context(connected(port_of(server), host=host)) for _ in range(2)
        )
        if way == "tls":
            context = ssl.create_default_context()
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            served, silent = (
                clients.enter_context(context.wrap_socket(client)) for client in (served, silent)
            )
        assert asked(served) == 200
        assert seconds_open(silent, time.monotonic()) < 1 + LATE_SECONDS
        time.sleep(1)
        assert asked(served) == 200


def test_silent_connections_keep_nobody_out(serving):
    server = serving(SCRIPT, SLIPWAY_MAX_CONNECTIONS="64")
    with contextlib.ExitStack() as clients:
        for _ in range(400):
            clients.enter_context(connected(port_of(server)))
        began = time.monotonic()
        for _ in range(5):
            assert server.ask("GET", "/").text == "Healthy"
            assert server.score(b"0").json() == "done"
        assert time.monotonic() - began < LATE_SECONDS
        assert closed(server, "limit") >= 400 - 64 - 10


def test_two_thousand_silent_connections_are_below_the_limit(serving):
    server = serving(SCRIPT)
    with contextlib.ExitStack() as clients:
        for _ in range(2100):
            clients.enter_context(connected(port_of(server)))
        assert server.ask("GET", "/").text == "Healthy"
        assert server.score(b"0").json() == "done"
        assert closed(server, "limit") == 0


def test_where_all_places_rest_new_ones_are_refused_and_health_has_its_own(serving, free_port):
    health = free_port()
    server = serving(SCRIPT, SLIPWAY_MAX_CONNECTIONS="16", SLIPWAY_HEALTH_PORT=str(health))
    with contextlib.ExitStack() as clients:
        resting = [clients.enter_context(connected(port_of(server))) for _ in range(16)]
        assert {asked(client) for client in resting} == {200}

        def refused(stays):
            try:
                with contextlib.ExitStack() as one:
                    client = one.enter_context(connected(port_of(server), GET))
                    client.settimeout(20)
                    answered = client.recv(100) != b""
                    if answered and stays:
                        clients.push(one.pop_all())
                    return not answered
            except ConnectionError:
                return True

        # One more is let in at a time, for whoever comes next; it rests as well.
        until = time.monotonic() + 30
        while not refused(stays=True):
            assert time.monotonic() < until
        # Those that were there keep their places.
        assert {asked(client) for client in resting} == {200}
        for _ in range(50):
            clients.enter_context(connected(health))
        with connected(health) as probe:
            assert asked(probe) == 200
        for client in resting[:8]:
            client.close()
        until = time.monotonic() + 30
        while refused(stays=False):
            assert time.monotonic() < until
            time.sleep(0.2)
    until = time.monotonic() + 30
    while not closed(server, "refused"):
        assert time.monotonic() < until
        time.sleep(0.2)


def grpc_port(server):
    return next(line["grpc_port"] for line in server.lines() if "grpc_port" in line)


def test_the_grpc_port_has_the_same_rules(serving):
    server = serving(
        SCRIPT,
        "--grpc-port",
        0,
        SLIPWAY_HEAD_READ_TIMEOUT_SECONDS="2",
        SLIPWAY_KEEP_ALIVE_SECONDS="4",
        SLIPWAY_MAX_CONNECTIONS="16",
    )
    port = grpc_port(server)
    options = [("grpc.use_local_subchannel_pool", 1)]
    with (
        grpc.insecure_channel(f"127.0.0.1:{port}", options) as channel,
        contextlib.ExitStack() as clients,
    ):
        # A stream that stays open, and says nothing, is something that is open.
        watch = channel.unary_stream("/grpc.health.v1.Health/Watch")(b"", timeout=60)
        assert next(watch) == b"\x08\x01"
        began = time.monotonic()
        lasted = [
            seconds_open(clients.enter_context(connected(port, sent)), began)
            for sent in (b"", HTTP2)
        ]
        assert all(2 <= seconds < 5 + 2 * LATE_SECONDS for seconds in lasted), lasted
        for _ in range(100):
            clients.enter_context(connected(port))
        live = channel.unary_unary("/inference.GRPCInferenceService/ServerLive")
        until = time.monotonic() + 30
        while True:
            with grpc.insecure_channel(f"127.0.0.1:{port}", options) as other:
                try:
                    call = other.unary_unary("/inference.GRPCInferenceService/ServerLive")
                    assert call(b"", timeout=10) == b"\x08\x01"
                    break
                except grpc.RpcError:
                    assert time.monotonic() < until
        assert live(b"", timeout=10) == b"\x08\x01"
        watch.cancel()


def test_the_health_port_can_be_set_by_a_variable(serving, free_port):
    port = free_port()
    server = serving(SCRIPT, SLIPWAY_HEALTH_PORT=str(port))
    told = server.wait_for("Health also on")
    assert told["port"] == port
    with connected(port) as probe:
        assert asked(probe) == 200
    assert json.loads(server.ask("GET", "/v2/health/ready").text)["ready"] is True
