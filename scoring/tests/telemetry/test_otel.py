"""Traces and logs as an OpenTelemetry collector receives them."""

import sys

import pytest

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
        ScoringError, match=r"OTEL_EXPORTER_OTLP_ENDPOINT is set.*install slipway-scoring\[otel\]"
    ):
        otel.set_up({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318"}, "service", "1")


def test_nothing_is_exported_unless_asked_for():
    assert otel.set_up({}, "service", "1") is None
    asked = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4318", "OTEL_SDK_DISABLED": "true"}
    assert otel.set_up(asked, "service", "1") is None
