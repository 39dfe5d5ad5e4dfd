"""Collection into an Event Hub. No emulator of it can be had from a package registry: the client is Microsoft's, the
network behind it a stand-in that keeps what the client would send."""

import json

import pytest
from azure.eventhub import EventHubProducerClient

from scoring.collection.record import Logged
from scoring.collection.settings import CONNECTION_STRING, CollectionSettings
from scoring.collection.sinks.choose import open_sink
from scoring.errors import ScoringError

CONNECTION = (
    "Endpoint=sb://ns.servicebus.windows.net/;SharedAccessKeyName=send;SharedAccessKey=c2VjcmV0"
)


@pytest.fixture
def sent(monkeypatch):
    from azure.eventhub import EventDataBatch

    batches = []
    monkeypatch.setattr(
        EventHubProducerClient, "create_batch", lambda self: EventDataBatch(max_size_in_bytes=2000)
    )
    monkeypatch.setattr(
        EventHubProducerClient, "send_batch", lambda self, batch: batches.append(batch)
    )
    return batches


def record(number, size=10):
    return Logged(
        "rows", "c", f"r{number}", json.dumps({"n": number, "filler": "x" * size}).encode()
    ).record(10**6)


def test_one_event_per_record_in_as_many_batches_as_needed(sent):
    settings = CollectionSettings(target="eventhub://ns.servicebus.windows.net/hub")
    sink = open_sink(settings, {CONNECTION_STRING: CONNECTION})
    sink.write([record(n) for n in range(50)])
    assert len(sent) > 1
    assert sum(len(batch) for batch in sent) == 50


def test_an_event_that_is_too_large_does_not_stop_the_others(sent):
    settings = CollectionSettings(target="eventhub://ns.servicebus.windows.net/hub")
    sink = open_sink(settings, {CONNECTION_STRING: CONNECTION})
    sink.write([record(1), record(2, 5000), record(3)])
    assert sum(len(batch) for batch in sent) == 2


@pytest.mark.parametrize("target", ["eventhub://ns", "eventhub://ns/a/b", "eventhub:///hub"])
def test_a_target_that_is_none(target):
    with pytest.raises(ScoringError, match="eventhub://NAMESPACE/HUB"):
        open_sink(CollectionSettings(target=target), {})


def test_only_json_lines_go_there():
    settings = CollectionSettings(target="eventhub://ns/hub", format="parquet")
    with pytest.raises(ScoringError, match="must be jsonl"):
        open_sink(settings, {})
