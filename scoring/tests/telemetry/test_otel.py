"""Traces and logs as an OpenTelemetry collector receives them."""

import gzip
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from scoring.errors import ScoringError
from scoring.telemetry import otel

SCRIPT = """
import json, logging
from opentelemetry import trace
def init(): pass
def run(raw):
    with trace.get_tracer("mine").start_as_current_span("features"):
        logging.getLogger("mine").warning("seen in run")
    return json.loads(raw)["data"]
"""
TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"


class Receiver(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.spans = []
        self.records = []

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        if self.path == "/v1/traces":
            for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
                for scope in resource.scope_spans:
                    self.server.spans += scope.spans
        else:
            for resource in ExportLogsServiceRequest.FromString(body).resource_logs:
                for scope in resource.scope_logs:
                    self.server.records += scope.log_records
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def receiver():
    found = Receiver()
    threading.Thread(target=found.serve_forever, daemon=True).start()
    yield found
    found.shutdown()
    found.server_close()


def test_a_request_belongs_to_the_trace_it_names(start_server, receiver):
    server = start_server(SCRIPT, OTEL_EXPORTER_OTLP_ENDPOINT=receiver.url)
    assert server.score({"data": 5}, headers={"traceparent": f"00-{TRACE}-{PARENT}-01"}).json() == 5
    server.score({"wrong": 5})
    server.ask("GET", "/")
    assert server.stop() == 0  # what is not yet exported is exported now
    spans = {span.name: span for span in receiver.spans if span.trace_id.hex() == TRACE}
    assert set(spans) == {"POST /score", "features", "queue", "compute"}
    assert spans["POST /score"].parent_span_id.hex() == PARENT
    for name in ("features", "queue", "compute"):
        assert spans[name].parent_span_id == spans["POST /score"].span_id
    assert spans["compute"].start_time_unix_nano >= spans["POST /score"].start_time_unix_nano
    failed = [
        span
        for span in receiver.spans
        if span.name == "POST /score" and span.trace_id.hex() != TRACE
    ]
    assert len(failed) == 1
    attributes = {pair.key: pair.value for pair in failed[0].attributes}
    assert attributes["http.response.status_code"].int_value == 500
    assert attributes["error.type"].string_value == "KeyError"


def test_log_lines_of_the_script_carry_the_trace(start_server, receiver):
    server = start_server(SCRIPT, OTEL_EXPORTER_OTLP_ENDPOINT=receiver.url)
    server.score({"data": 5}, headers={"traceparent": f"00-{TRACE}-{PARENT}-01"})
    server.stop()
    seen = [record for record in receiver.records if record.body.string_value == "seen in run"]
    assert [record.trace_id.hex() for record in seen] == [TRACE]


def test_a_collector_that_is_down_harms_no_request(start_server):
    server = start_server(
        SCRIPT, OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:1", OTEL_EXPORTER_OTLP_TIMEOUT="1"
    )
    assert [server.score({"data": n}).json() for n in range(20)] == list(range(20))


def test_missing_packages_are_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.resources", None)
    with pytest.raises(
        ScoringError, match=r"OTEL_EXPORTER_OTLP_ENDPOINT is set.*install scoring\[otel\]"
    ):
        otel.set_up({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318"}, "service", "1")


def test_nothing_is_exported_unless_asked_for():
    assert otel.set_up({}, "service", "1") is None
    asked = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318", "OTEL_SDK_DISABLED": "true"}
    assert otel.set_up(asked, "service", "1") is None
