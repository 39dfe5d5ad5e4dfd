"""Latencies in logarithmic steps of half a per cent: any number of requests in little memory."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

_STEP = math.log(1.005)
_LEAST_SECONDS = 1e-6
QUANTILES = (0.5, 0.75, 0.9, 0.95, 0.99, 0.999)


class Measurement:
    """Latencies are seconds."""

    def __init__(self) -> None:
        self._steps: Counter[int] = Counter()
        self.statuses: Counter[int] = Counter()
        self.failures: Counter[str] = Counter()
        self.received_bytes = 0
        self.total_seconds = 0.0
        self.slowest = 0.0
        #: Length of the run.
        self.elapsed = 0.0
        #: Arrivals of an open loop that found no free connection before the end.
        self.unsent = 0

    @property
    def answered(self) -> int:
        return sum(self.statuses.values())

    def add(self, seconds: float, status: int, size: int) -> None:
        self._steps[int(math.log(max(seconds, _LEAST_SECONDS) / _LEAST_SECONDS) / _STEP)] += 1
        self.statuses[status] += 1
        self.received_bytes += size
        self.total_seconds += seconds
        self.slowest = max(self.slowest, seconds)

    def quantile(self, share: float) -> float:
        """Upper end of the step in which this share of the answers has come; 0 when there are none."""
        wanted, seen = share * self.answered, 0
        for step in sorted(self._steps):
            seen += self._steps[step]
            if seen >= wanted:
                return min(_LEAST_SECONDS * math.exp((step + 1) * _STEP), self.slowest)
        return 0.0

    def document(self) -> dict[str, Any]:
        answered = self.answered
        good = sum(count for status, count in self.statuses.items() if 200 <= status < 300)
        return {
            "seconds": round(self.elapsed, 3),
            "requests": answered,
            "requests_per_second": round(answered / self.elapsed, 1) if self.elapsed else 0.0,
            "ok": good,
            "statuses": {str(status): count for status, count in sorted(self.statuses.items())},
            "failures": dict(self.failures),
            "unsent": self.unsent,
            "received_bytes": self.received_bytes,
            "mean_ms": _ms(self.total_seconds / answered) if answered else 0.0,
            "latency_ms": {f"p{share * 100:g}": _ms(self.quantile(share)) for share in QUANTILES},
            "max_ms": _ms(self.slowest),
        }


def _ms(seconds: float) -> float:
    return round(seconds * 1e3, 3)
