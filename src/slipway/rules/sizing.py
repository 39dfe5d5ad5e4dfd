"""How many replicas a load needs: Azure ML's formula for its own front end, which holds for any."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

_ALMOST = 1e-9
_WHOLE = 100


@dataclass(frozen=True, kw_only=True)
class Load:
    """What comes in, and what one request takes."""

    requests_per_second: float
    latency_ms: float
    """From the beginning of a request's computation to its end, without any wait."""
    utilization: float = 70
    """Per cent of the time that a replica is to be busy: what is left takes up bursts."""
    concurrent_requests: int = 1
    """Requests that one replica computes at the same time."""

    def problems(self) -> Iterator[str]:
        """What cannot be, of each number."""
        for name in ("requests_per_second", "latency_ms"):
            value = getattr(self, name)
            if not 0 < value < math.inf:
                yield f"{name} must be more than 0, got {value:g}"
        if not 0 < self.utilization <= _WHOLE:
            yield f"utilization must be more than 0 and at most 100, got {self.utilization:g}"
        if self.concurrent_requests < 1:
            yield f"concurrent_requests must be 1 or more, got {self.concurrent_requests}"

    @property
    def busy(self) -> float:
        """How many requests are being computed at any moment (Little's law)."""
        return self.requests_per_second * self.latency_ms / 1000

    @property
    def replicas(self) -> int:
        """How many it takes, one at least."""
        of_one = self.concurrent_requests * self.utilization / 100
        return max(1, math.ceil(self.busy / of_one - _ALMOST))

    def told(self) -> str:
        """The arithmetic in one line."""
        of_one = self.concurrent_requests * self.utilization / 100
        many = "" if self.replicas == 1 else "s"
        return (
            f"{self.requests_per_second:g} requests a second of {self.latency_ms:g} ms keep {self.busy:g} busy; "
            f"a replica that computes {self.concurrent_requests} at once and is to be busy {self.utilization:g} % of "
            f"the time takes {of_one:g}: {self.replicas} replica{many}"
        )
