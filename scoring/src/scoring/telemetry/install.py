"""Telemetry put into a service."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from scoring import __version__
from scoring.environment import Reader
from scoring.http.message import Request, Response
from scoring.http.router import Route
from scoring.service import Service
from scoring.telemetry import otel
from scoring.telemetry.instruments import Instruments
from scoring.telemetry.metrics import Metrics
from scoring.telemetry.sampling import Sampling, sample
from scoring.telemetry.shared import DIRECTORY


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
    """`GET /metrics`, for all workers whichever of them is asked. Raises ScoringError."""
    counted = service.metrics
    if counted is None:
        return []
    reader = Reader(variables)
    open_to_all = reader.boolean("SLIPWAY_METRICS_OPEN", False)
    reader.finish()

    async def answer(request: Request) -> Response:
        # Not before somebody asks: prometheus-client brings a web server along.
        from scoring.telemetry import exposition

        sample(service, counted)
        content_type, text = exposition.text(counted.instruments, request.headers.get("accept", ""))
        return Response(200, [("Content-Type", content_type)], text)

    return [Route("GET", "/metrics", answer, open=open_to_all)]
