"""The bounded queue: nobody waits for it, nothing vanishes uncounted."""

import threading
from collections import Counter

import pytest

from scoring.collection.record import Logged
from scoring.collection.settings import CollectionSettings
from scoring.collection.writer import Writer


class Sink:
    def __init__(self, failures=0):
        self.records = []
        self.failures = failures
        self.closed = False
        self.open = threading.Event()
        self.open.set()

    def write(self, records):
        assert self.open.wait(30)
        if self.failures:
            self.failures -= 1
            raise OSError("the disk is full")
        self.records += records

    def close(self):
        self.closed = True


@pytest.fixture
def fates():
    return Counter()


@pytest.fixture
def make(fates, monkeypatch):
    monkeypatch.setattr("scoring.collection.writer._FIRST_PAUSE_SECONDS", 0.001)
    writers = []

    def writer(sink, redact=lambda record: record, **settings):
        settings = {"target": "x", "flush_seconds": 0.01, **settings}
        found = Writer(
            sink,
            CollectionSettings(**settings),
            redact,
            lambda fate, count: fates.update({fate: count}),
        )
        writers.append(found)
        found.start()
        return found

    yield writer
    for found in writers:
        found.stop()


def item(number):
    return Logged("rows", "c", "r", b"[%d]" % number)


def test_everything_is_written_in_order(make, fates):
    sink = Sink()
    writer = make(sink, flush_records=7, queue_length=1000)
    assert all(writer.submit(item(n)) for n in range(100))
    writer.stop()
    assert [record["inputs"] for record in sink.records] == [[n] for n in range(100)]
    assert fates == {"written": 100, "withheld": 0}
    assert sink.closed


def test_what_does_not_fit_is_dropped_and_counted(make, fates):
    sink = Sink()
    sink.open.clear()
    writer = make(sink, queue_length=10, flush_records=1)
    taken = sum(writer.submit(item(n)) for n in range(50))
    assert 10 <= taken <= 11  # one may be in the sink's hands
    assert fates["dropped"] == 50 - taken
    sink.open.set()
    writer.stop()
    assert fates["written"] == taken


def test_bytes_are_bounded_too(make, fates):
    sink = Sink()
    sink.open.clear()
    writer = make(sink, queue_bytes=100, flush_records=1000, flush_seconds=60)
    taken = sum(writer.submit(Logged("rows", "c", "r", b"x" * 40)) for _ in range(10))
    assert taken == 2
    assert fates["dropped"] == 8
    sink.open.set()


def test_a_sink_that_fails_is_tried_again(make, fates):
    sink = Sink(failures=3)
    writer = make(sink)
    writer.submit(item(1))
    writer.stop()
    assert len(sink.records) == 1
    assert fates["written"] == 1


def test_a_sink_that_fails_for_good_is_counted(make, fates):
    writer = make(Sink(failures=10**6))
    writer.submit(item(1))
    writer.stop()
    assert fates["failed"] == 1
    assert fates["written"] == 0


def test_a_redaction_that_fails_withholds_the_record(make, fates):
    sink = Sink()

    def redact(record):
        if record["inputs"] == [1]:
            raise ValueError("no such column")
        return None if record["inputs"] == [2] else record

    writer = make(sink, redact)
    for number in range(4):
        writer.submit(item(number))
    writer.stop()
    assert [record["inputs"] for record in sink.records] == [[0], [3]]
    assert fates["withheld"] == 2


def test_nothing_is_taken_after_the_end(make, fates):
    writer = make(Sink())
    writer.stop()
    assert not writer.submit(item(1))
    assert fates["dropped"] == 1
