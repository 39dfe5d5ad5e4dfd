"""A container that nobody can ask from here: it must run, and go on running for a while."""

import time
from threading import Event
from typing import Protocol

from slipway.provider.errors import CancelledError, SmokeTestError

# Longer than most scripts need to load and die; one that dies later is found by its probes.
_STEADY_SECONDS = 20.0
_PAUSE_SECONDS = 2.0


class Watch(Protocol):
    """What is known of the container."""

    def broken(self) -> str | None:
        """Why waiting is of no use."""

    def run(self) -> int | None:
        """Which of its runs is under way."""


def until_steady(
    watch: Watch,
    *,
    service: str,
    deadline_seconds: float,
    cancelled: Event,
) -> None:
    """Wait until one run of the container has lasted.

    Raises `SmokeTestError` where it is broken or does not last before the deadline, `CancelledError` once `cancelled`
    is set.
    """
    steady = min(_STEADY_SECONDS, deadline_seconds)
    end = time.monotonic() + deadline_seconds + steady
    seen, since = watch.run(), time.monotonic()
    while True:
        if (reason := watch.broken()) is not None:
            raise SmokeTestError(f"{service} does not stay up: {reason}")
        now, run = time.monotonic(), watch.run()
        if run is None or run != seen:
            seen, since = run, now
        elif now - since >= steady:
            return
        if now > end:
            raise SmokeTestError(
                f"the container of {service} did not run for {steady:g} s at a stretch within {deadline_seconds:g} s"
            )
        if cancelled.wait(_PAUSE_SECONDS):
            raise CancelledError(f"{service} was watched when the update was cancelled")
