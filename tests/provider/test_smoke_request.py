import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import trustme

from slipway.provider.errors import CancelledError, SmokeTestError
from slipway.provider.smoke_request import SmokeRequest, until_answered


class Service:
    """A real HTTP server on loopback that answers what the test says, and remembers requests."""

    def __init__(self, answers, context=None):
        self.requests = []
        pending = list(answers)
        seen = self.requests

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                length = int(self.headers.get("Content-Length") or 0)
                seen.append((self.command, self.path, self.headers, self.rfile.read(length)))
                status, body = pending.pop(0) if len(pending) > 1 else pending[0]
                self.send_response(status)
                self.end_headers()
                self.wfile.write(body.encode())

            do_POST = do_GET  # noqa: N815 - http.server asks for this name

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        if context is not None:
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()


@pytest.fixture
def serve():
    running = []

    def start(*answers, context=None):
        running.append(Service(answers, context))
        return running[-1]

    yield start
    for each in running:
        each.server.shutdown()
        each.server.server_close()


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch):
    monkeypatch.setattr("slipway.provider.smoke_request._PAUSE_SECONDS", 0.01)


def ask(port, *, deadline=5.0, gave_up=lambda: None, **request):
    uri = f"http://127.0.0.1:{port}/score"
    return until_answered(
        SmokeRequest(**{"uri": uri, **request}), deadline_seconds=deadline, gave_up=gave_up
    )


def test_posts_the_request_with_the_key(serve):
    service = serve((200, "[1, 2]"))
    answer = ask(service.port, body='{"data": []}', key="k-1")
    ((method, path, headers, body),) = service.requests
    assert (answer.status, answer.excerpt) == (200, "[1, 2]")
    assert (method, path, body) == ("POST", "/score", b'{"data": []}')
    assert headers["Authorization"] == "Bearer k-1"
    assert headers["Content-Type"] == "application/json"


def test_without_a_request_asks_the_health_route(serve):
    service = serve((200, "Healthy"))
    ask(service.port)
    ((method, path, headers, _),) = service.requests
    assert (method, path) == ("GET", "/")
    assert "Authorization" not in headers


def test_waits_for_a_service_that_starts(serve):
    service = serve((503, "starting"), (502, ""), (200, "ok"))
    assert ask(service.port).status == 200
    assert len(service.requests) == 3


def test_the_health_route_is_beside_the_scoring_route(serve):
    service = serve((200, "Healthy"))
    ask(service.port, uri=f"http://127.0.0.1:{service.port}/api/v1/service/diabetes/score")
    ((_, path, *_),) = service.requests
    assert path == "/api/v1/service/diabetes/"


@pytest.mark.parametrize("status", [401, 404])
def test_a_new_key_or_route_may_take_a_while(serve, status):
    service = serve((status, "of before"), (status, "of before"), (200, "ok"))
    assert ask(service.port, key="k-2", settling_seconds=5).status == 200
    late = serve((status, "of before"))
    with pytest.raises(SmokeTestError, match=f"was answered with status {status}"):
        ask(late.port, key="k-2", settling_seconds=0.05)
    assert len(late.requests) > 1


@pytest.mark.parametrize("status", [400, 401, 404, 500])
def test_refuses_any_other_answer_with_its_body(serve, status):
    service = serve((status, "no such model"))
    with pytest.raises(SmokeTestError) as refusal:
        ask(service.port, key="planted")
    assert str(refusal.value) == (
        f"the smoke request to http://127.0.0.1:{service.port}/score was answered with status "
        f"{status}: no such model; it must be answered with 2xx before the update counts as done"
    )
    assert len(service.requests) == 1


def test_never_reads_a_long_answer_to_its_end(serve):
    with pytest.raises(SmokeTestError) as refusal:
        ask(serve((500, "x" * 1_000_000)).port)
    assert len(str(refusal.value)) < 1000


def test_gives_up_at_the_deadline(serve):
    service = serve((503, "loading"))
    with pytest.raises(SmokeTestError, match=r"did not answer within 0.1 s; last: status 503"):
        ask(service.port, deadline=0.1)


def test_tells_why_nobody_answers(serve):
    service = serve((200, ""))
    port = service.port
    service.server.shutdown()
    service.server.server_close()
    with pytest.raises(SmokeTestError, match="ConnectionRefusedError"):
        ask(port, deadline=0.05)


def test_does_not_wait_for_what_cannot_come(serve, monkeypatch):
    monkeypatch.setattr("slipway.provider.smoke_request._LOOK_EVERY_SECONDS", 0.0)
    with pytest.raises(SmokeTestError, match="cannot answer: it is dead"):
        ask(serve((503, "")).port, deadline=60, gave_up=lambda: "it is dead")


def test_https_with_an_own_authority_under_a_certified_name(serve):
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("score.example.com").configure_cert(context)
    service = serve((200, "ok"), context=context)
    uri = f"https://score.example.com:{service.port}/score"
    pem = authority.cert_pem.bytes().decode()
    assert ask(0, uri=uri, connect_to="127.0.0.1", authority=pem).status == 200
    with pytest.raises(SmokeTestError, match="SSLCertVerificationError"):
        # At once: no later attempt would be accepted.
        ask(0, uri=uri, connect_to="127.0.0.1", deadline=3600)


def test_the_host_header_is_the_uris(serve):
    service = serve((200, "ok"))
    ask(0, uri=f"http://score.example.com:{service.port}/score", connect_to="127.0.0.1")
    assert service.requests[0][2]["Host"] == f"score.example.com:{service.port}"


def test_a_cancelled_update_asks_no_more(serve):
    service = serve((503, "loading"))
    cancelled = threading.Event()
    cancelled.set()
    with pytest.raises(CancelledError, match="had not answered when the update was cancelled"):
        until_answered(
            SmokeRequest(uri=f"http://127.0.0.1:{service.port}/score"),
            deadline_seconds=60,
            cancelled=cancelled,
        )
    assert len(service.requests) == 1
