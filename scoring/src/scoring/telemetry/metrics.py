"""What is counted of a running server."""

from __future__ import annotations

from bisect import bisect_left

from scoring.http.message import Request, Response
from scoring.telemetry.instruments import Instruments

#: Upper bounds in seconds.
SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
#: Upper bounds in rows or requests.
SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)

_METHODS = frozenset({"GET", "POST", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "RPC"})
_MODEL = ("model", "version")


class Metrics:
    """The families, and the observer that fills them. Times are seconds."""

    def __init__(self, instruments: Instruments) -> None:
        add = instruments
        self.instruments = add
        self.requests = add.counter(
            "scoring_requests", "Answered requests", ("route", "method", "status", *_MODEL)
        )
        self.seconds = add.histogram(
            "scoring_request_seconds", "From head read to answer given", SECONDS, ("route", *_MODEL)
        )
        self.queue = add.histogram(
            "scoring_queue_seconds", "Waited for a worker", SECONDS, ("route", *_MODEL)
        )
        self.compute = add.histogram(
            "scoring_compute_seconds", "Inside the model or run()", SECONDS, ("route", *_MODEL)
        )
        self.batch_rows = add.histogram("scoring_batch_rows", "Rows of a batch", SIZES, _MODEL)
        self.batch_requests = add.histogram(
            "scoring_batch_requests", "Requests joined in a batch", SIZES, _MODEL
        )
        self.in_progress = add.gauge("scoring_requests_in_progress", "Requests being answered")
        self.waiting = add.gauge("scoring_queue_length", "Requests waiting for a worker")
        self.running = add.gauge("scoring_running", "Calls of the model or run() going on")
        self.connections = add.gauge("scoring_connections", "Open connections of all ports")
        self.connections_closed = add.counter(
            "scoring_connections_closed",
            "Connections that the server ended or turned away",
            ("why",),
        )
        self.ready = add.gauge("scoring_ready_workers", "Processes that are ready")
        self.resident = add.gauge("scoring_resident_memory_bytes", "Resident memory of all workers")
        self.cpu = add.gauge("scoring_cpu_seconds", "CPU time of the workers that are alive")
        self._series: dict[tuple[object, ...], tuple[int, int, int, int]] = {}

    def observe(self, request: Request, response: Response) -> None:
        """Two microseconds: it stands in the way of every request, in whichever thread answers it."""
        outcome = request.outcome
        key = (outcome.route, request.method, response.status, outcome.model, outcome.model_version)
        with self.instruments.lock:
            counted, total, queue, compute = self._series.get(key) or self._places(*key)
            values = self.instruments.cells.values
            values[counted] += 1
            # A histogram's cells: its sum, then its buckets (see `Histogram`).
            for place, seconds in (
                (total, outcome.total_seconds),
                (queue, outcome.queue_seconds),
                (compute, outcome.compute_seconds),
            ):
                if seconds is not None:
                    values[place] += seconds
                    values[place + 1 + bisect_left(SECONDS, seconds)] += 1

    def batch(self, model: str, version: str, rows: int, requests: int) -> None:
        """One batch that was computed at once; may be called from any thread."""
        labels = (model, version)
        with self.instruments.lock:
            self.batch_rows.add(rows, labels)
            self.batch_requests.add(requests, labels)

    def closed_connections(self, why: str, count: int) -> None:
        """Any thread."""
        with self.instruments.lock:
            self.connections_closed.add((why,), count)

    def open_connections(self, count: int) -> None:
        """Any thread."""
        with self.instruments.lock:
            self.connections.set(count)

    def _places(
        self, route: str, method: str, status: int, model: str | None, version: str | None
    ) -> tuple[int, int, int, int]:
        shown = method if method in _METHODS else "other"
        about = (route, model or "", version or "")
        places = (
            self.requests.place((route, shown, str(status), *about[1:])),
            self.seconds.place(about),
            self.queue.place(about),
            self.compute.place(about),
        )
        # A method that nobody knows must not make this grow.
        if shown == method:
            self._series[route, method, status, model, version] = places
        return places
