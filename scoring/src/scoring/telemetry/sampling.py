"""What is a state rather than an event, written into the gauges."""

from __future__ import annotations

import asyncio
import os
import resource
from pathlib import Path

from scoring.service import Service
from scoring.telemetry.metrics import Metrics

_SAMPLE_SECONDS = 0.5
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


def sample(service: Service, metrics: Metrics) -> None:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    with metrics.instruments.lock:
        metrics.in_progress.set(service.in_progress)
        metrics.waiting.set(service.executor.waiting + service.dispatcher.waiting)
        metrics.running.set(service.executor.running)
        metrics.ready.set(service.ready)
        metrics.cpu.set(usage.ru_utime + usage.ru_stime)
        metrics.resident.set(_resident_bytes())


class Sampling:
    """Refreshes the gauges, so that another worker's `/metrics` shows this one's state of a moment ago."""

    def __init__(self, service: Service, metrics: Metrics) -> None:
        self._service = service
        self._metrics = metrics
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        if self._metrics.instruments.cells.directory is not None:
            self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()

    async def _run(self) -> None:
        while True:
            sample(self._service, self._metrics)
            await asyncio.sleep(_SAMPLE_SECONDS)


def _resident_bytes() -> int:
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * _PAGE_BYTES
    except OSError:  # no Linux: the peak, in kilobytes, is the best there is
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
