"""Telemetry put into a service."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from pathlib import Path

from scoring import __version__
from scoring.environment import Reader
from scoring.http.router import Route
from scoring.service import Service
from scoring.telemetry import exposition, otel
from scoring.telemetry.instruments import Instruments
from scoring.telemetry.metrics import Metrics
from scoring.telemetry.shared import DIRECTORY

_SAMPLE_SECONDS = 0.5


def metrics(variables: Mapping[str, str]) -> Metrics:
    directory = variables.get(DIRECTORY)
    return Metrics(Instruments(Path(directory) if directory else None))


def install(service: Service, variables: Mapping[str, str] = os.environ) -> None:
    """Fills `service.metrics`; adds observers and companions. Raises ScoringError."""
    service.metrics = metrics(variables)
    service.companions.append(Sampling(service, service.metrics))
    exporting = otel.set_up(variables, service.settings.service_name, __version__)
    if exporting is None:
        return
    service.companions.append(exporting)
    if exporting.traces is not None:
        from scoring.telemetry.tracing import Tracing

        tracing = Tracing(exporting.traces)
        service.carries.append(tracing.carry)
        service.observers.append(tracing.observe)


def routes(service: Service, variables: Mapping[str, str] = os.environ) -> list[Route]:
    """`/metrics`. Raises ScoringError."""
    if service.metrics is None:
        return []
    reader = Reader(variables)
    open_to_all = reader.boolean("SLIPWAY_METRICS_OPEN", False)
    reader.finish()
    return exposition.routes(service, service.metrics, open_to_all=open_to_all)


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
            exposition.sample(self._service, self._metrics)
            await asyncio.sleep(_SAMPLE_SECONDS)
