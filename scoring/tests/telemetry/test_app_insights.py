"""Azure ML's variables for Application Insights, with an ingestion endpoint on this machine."""

import json
import logging
import sys

import pytest

from scoring.telemetry import app_insights, otel

KEY = "0a1b2c3d-1111-2222-3333-444455556666"
SCRIPT = """
import logging
def init(): pass
def run(data):
    logging.getLogger("mine").warning("seen")
    return data
"""


@pytest.fixture
def ingestion(posts):
    """What Azure Monitor would take in, as `.items`."""

    def take(path, body):
        items = json.loads(body)
        server.items += items
        answer = {"itemsReceived": len(items), "itemsAccepted": len(items), "errors": []}
        return json.dumps(answer).encode()

    server = posts(take)
    server.items = []
    return server


def test_requests_and_log_lines_arrive(start_server, ingestion, tmp_path):
    connection = f"InstrumentationKey={KEY};IngestionEndpoint={ingestion.url}/"
    server = start_server(
        SCRIPT,
        AML_APP_INSIGHTS_ENABLED="true",
        AML_APP_INSIGHTS_KEY=connection,
        APPLICATIONINSIGHTS_STATSBEAT_DISABLED_ALL="true",
        TMPDIR=str(tmp_path),
    )
    server.score({"data": 5})
    assert server.stop() == 0
    kinds = {item["data"]["baseType"]: item["data"]["baseData"] for item in ingestion.items}
    assert kinds["RequestData"]["name"] == "POST /score"
    said = [item["data"]["baseData"].get("message") for item in ingestion.items]
    assert "seen" in said
    assert {item["iKey"] for item in ingestion.items} == {KEY}


@pytest.mark.parametrize(
    ("enabled", "key", "found"),
    [
        ("true", KEY, f"InstrumentationKey={KEY}"),
        (
            "True",
            f"InstrumentationKey={KEY};IngestionEndpoint=http://x/",
            f"InstrumentationKey={KEY};IngestionEndpoint=http://x/",
        ),
        ("false", KEY, ""),
        ("1", KEY, ""),
        ("true", "", ""),
        ("true", "abc", ""),
        ("true", "IngestionEndpoint=http://x/", ""),
    ],
)
def test_what_is_sent_by(enabled, key, found, caplog):
    variables = {"AML_APP_INSIGHTS_ENABLED": enabled, "AML_APP_INSIGHTS_KEY": key}
    with caplog.at_level(logging.WARNING):
        assert app_insights.connection_string(variables) == found
    warned = enabled == "true" and not found
    assert [("until it is an instrumentation key" in text) for text in caplog.messages] == [
        True
    ] * warned
    assert not key or key not in caplog.text


@pytest.mark.parametrize(
    "missing",
    ["azure.monitor.opentelemetry.exporter", "opentelemetry.instrumentation.logging.handler"],
)
def test_without_a_package_the_extra_is_named_and_the_service_goes_on(monkeypatch, caplog, missing):
    monkeypatch.setitem(sys.modules, missing, None)
    variables = {"AML_APP_INSIGHTS_ENABLED": "true", "AML_APP_INSIGHTS_KEY": KEY}
    assert otel.set_up(variables, "service", "1") is None
    assert [
        text for text in caplog.messages if "slipway-scoring[azure-monitor] is installed" in text
    ]
