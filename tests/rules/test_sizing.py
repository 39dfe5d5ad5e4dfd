"""How many replicas a load needs."""

import pytest

from slipway.rules.sizing import Load


def load(rps, latency_ms, utilization=70, concurrency=1):
    return Load(
        requests_per_second=rps,
        latency_ms=latency_ms,
        utilization=utilization,
        concurrent_requests=concurrency,
    )


@pytest.mark.parametrize(
    ("given", "replicas"),
    [
        ((1, 1), 1),
        # Azure ML's own example: 20 requests a second of 500 ms, 70 % busy.
        ((20, 500), 15),
        ((20, 500, 100), 10),
        ((20, 500, 70, 4), 4),
        ((7, 100), 1),
        ((7.1, 100), 2),
        ((1000, 7, 70, 1), 10),
    ],
)
def test_replicas(given, replicas):
    assert load(*given).replicas == replicas


def test_the_arithmetic_is_told():
    assert load(20, 500).told() == (
        "20 requests a second of 500 ms keep 10 busy; a replica that computes 1 at once and is to be busy 70 % of the "
        "time takes 0.7: 15 replicas"
    )


def test_all_that_cannot_be_is_told_at_once():
    assert list(load(0, -1, 120, 0).problems()) == [
        "requests_per_second must be more than 0, got 0",
        "latency_ms must be more than 0, got -1",
        "utilization must be more than 0 and at most 100, got 120",
        "concurrent_requests must be 1 or more, got 0",
    ]
