"""`GET /metrics`: Prometheus' text formats, for all workers whichever of them is asked."""

from __future__ import annotations

import os
import resource
from pathlib import Path
from typing import Any

from prometheus_client import REGISTRY, CollectorRegistry, exposition, multiprocess

from scoring.http.message import Request, Response
from scoring.http.router import Route
from scoring.service import Service
from scoring.telemetry.metrics import Metrics

_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


def routes(service: Service, metrics: Metrics, *, open_to_all: bool) -> list[Route]:
    async def answer(request: Request) -> Response:
        sample(service, metrics)
        encode, content_type = exposition.choose_encoder(request.headers.get("accept", ""))
        return Response(200, [("Content-Type", content_type)], _text(encode, metrics))

    return [Route("GET", "/metrics", answer, open=open_to_all)]


def sample(service: Service, metrics: Metrics) -> None:
    """Writes what is a state rather than an event."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    with metrics.instruments.lock:
        metrics.in_progress.set(service.in_progress)
        metrics.waiting.set(service.executor.waiting + service.dispatcher.waiting)
        metrics.running.set(service.executor.running)
        metrics.ready.set(service.ready)
        metrics.cpu.set(usage.ru_utime + usage.ru_stime)
        metrics.resident.set(_resident_bytes())


def _text(encode: Any, metrics: Metrics) -> bytes:
    ours = CollectorRegistry()
    ours.register(metrics.instruments)
    parts = [encode(ours), encode(_of_the_script(metrics))]
    # Each OpenMetrics text ends with its own mark; there may be one only.
    end = b"# EOF\n"
    if all(part.endswith(end) for part in parts):
        parts = [part.removesuffix(end) for part in parts] + [end]
    return b"".join(parts)


def _of_the_script(metrics: Metrics) -> Any:
    """What the entry script itself counts with prometheus-client."""
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # the library has no types here
        return registry
    # Without that directory, another worker's numbers cannot be had: none are shown rather than some.
    return REGISTRY if metrics.instruments.cells.directory is None else CollectorRegistry()


def _resident_bytes() -> int:
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * _PAGE_BYTES
    except OSError:  # no Linux: the peak, in kilobytes, is the best there is
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
