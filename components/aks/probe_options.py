"""When a replica counts as dead, and when as not ready: the runtime's own routes are asked, on its health port."""

from dataclasses import dataclass
from typing import Annotated

from slipway.rules.ranges import Range

_SECONDS = Range(1, 3600)
_TIMES = Range(1, 1000)


@dataclass(frozen=True, kw_only=True)
class LivenessOptions:
    """When a replica counts as dead, and is restarted. It is asked once it has started."""

    period_seconds: Annotated[int, _SECONDS] = 10
    """How often it is asked."""
    timeout_seconds: Annotated[int, _SECONDS] = 5
    """How long it may take to answer."""
    failure_threshold: Annotated[int, _TIMES] = 3
    """How many answers in a row must fail to come."""


@dataclass(frozen=True, kw_only=True)
class ReadinessOptions:
    """When a replica gets no requests."""

    period_seconds: Annotated[int, _SECONDS] = 2
    """How often it is asked."""
    timeout_seconds: Annotated[int, _SECONDS] = 2
    """How long it may take to answer."""
    success_threshold: Annotated[int, _TIMES] = 1
    """How many answers in a row bring it back."""
    failure_threshold: Annotated[int, _TIMES] = 3
    """How many answers in a row must fail to come."""
