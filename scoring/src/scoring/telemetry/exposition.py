"""Prometheus' text formats of what was counted, and of what the entry script counts itself."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import Any

from prometheus_client import REGISTRY, CollectorRegistry, exposition, multiprocess
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric

from scoring.telemetry.instruments import Counter, Histogram, Instrument, Instruments, Series


def text(instruments: Instruments, accept: str) -> tuple[str, bytes]:
    """Content type and text, in the format that the client accepts."""
    encode, content_type = exposition.choose_encoder(accept)
    ours = CollectorRegistry()
    ours.register(Families(instruments))
    parts = [encode(ours), encode(_of_the_script(instruments))]
    # Each OpenMetrics text ends with its own mark; there may be one only.
    end = b"# EOF\n"
    if all(part.endswith(end) for part in parts):
        parts = [part.removesuffix(end) for part in parts] + [end]
    return content_type, b"".join(parts)


class Families:
    """A collector in prometheus-client's sense."""

    def __init__(self, instruments: Instruments) -> None:
        self._instruments = instruments

    def collect(self) -> Iterator[Metric]:
        for instrument, series in self._instruments.series():
            yield _family(instrument, series)


def _family(instrument: Instrument, series: Series) -> Metric:
    name, about, labels = instrument.name, instrument.text, instrument.label_names
    if isinstance(instrument, Histogram):
        histogram = HistogramMetricFamily(name, about, labels=labels)
        for shown, values in series.items():
            buckets = _buckets(instrument.bounds, values[1:])
            histogram.add_metric(shown, buckets, sum_value=values[0])
        return histogram
    kind = CounterMetricFamily if isinstance(instrument, Counter) else GaugeMetricFamily
    family = kind(name, about, labels=labels)
    for shown, values in series.items():
        family.add_metric(shown, values[0])
    return family


def _buckets(bounds: Sequence[float], counts: Sequence[float]) -> list[Any]:
    """Cumulative, as Prometheus has them."""
    running, buckets = 0.0, []
    for bound, count in zip([*map(str, bounds), "+Inf"], counts, strict=True):
        running += count
        buckets.append((bound, running))
    return buckets


def _of_the_script(instruments: Instruments) -> Any:
    """What the entry script itself counts with prometheus-client."""
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # the library has no types here
        return registry
    # Without that directory, another worker's numbers cannot be had: none are shown rather than some.
    return REGISTRY if instruments.cells.directory is None else CollectorRegistry()
