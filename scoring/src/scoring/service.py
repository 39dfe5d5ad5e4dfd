"""What a running server is made of."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Protocol

from scoring.ending import NEVER
from scoring.engine.batching import Limits
from scoring.engine.dispatcher import Dispatcher
from scoring.engine.executor import Executor
from scoring.http import deadline
from scoring.http.guard import Guard
from scoring.http.message import Request, Response
from scoring.models.catalog import Catalog
from scoring.settings import Settings
from scoring.sightings import Observer, Sightings
from scoring.tracebacks import forget_frames

if TYPE_CHECKING:
    from scoring.azureml.entry_script import EntryScript
    from scoring.telemetry.metrics import Metrics

logger = logging.getLogger("scoring")

#: Given a request and a function that is to be called for it, the function to call in its place.
Carry = Callable[[Request, Callable[..., Any]], Callable[..., Any]]


# A request's status whose body or message never came: its client has not sent a whole request.
_NOT_WHOLE = 408


class Open(Protocol):
    """A request without an answer."""

    @property
    def request(self) -> Request: ...


class Companion(Protocol):
    """Something that lives as long as the server: gRPC server, collection writer, exporter."""

    async def start(self) -> None:
        """Called on the event loop before the server is ready."""

    async def stop(self) -> None:
        """Called after the last answer, with all others; a failure is logged and keeps nobody else from stopping."""


class Door(Companion, Protocol):
    """A companion that takes calls itself, beside the HTTP port."""

    port: int

    @property
    def serving(self) -> bool:
        """It takes calls."""

    def clients(self) -> set[str]:
        """Those that have something open besides what `Service.open` has; any thread."""

    async def close(self, until: float) -> None:
        """Takes no new calls from now on; returns when those in flight are answered, or `until` then."""


class Service:
    """Settings, models, entry script, executor, state, and who watches."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.models = Catalog()
        self.entry_script: EntryScript | None = None
        self.executor = Executor(
            settings.max_concurrent_requests,
            settings.max_queue_length,
            None if settings.max_queue_wait_ms is None else settings.max_queue_wait_ms / 1000,
        )
        #: Tensors to models, with batching.
        self.dispatcher = Dispatcher(self.executor, _batch_limits(settings))
        #: Who may score; None lets everybody.
        self.guard: Guard | None = None
        self.observers: list[Observer] = []
        self.sightings = Sightings(self.observers)
        self.companions: list[Companion] = []
        #: Those of the companions that are to be closed when the last requests are waited for.
        self.doors: list[Door] = []
        #: Counts at once, so that nothing is uncounted when the process is killed.
        self.metrics: Metrics | None = None
        #: Put around model code: a request's trace, its id.
        self.carries: list[Carry] = []
        #: Requests whose head has been read and whose answer has not been given, in the order they came.
        self.open: dict[Open, None] = {}
        # Clients that had an answer lately, and those of the time before: one may be added by a thread that had read
        # the name of the set before it was changed.
        self._heard: set[str] = set()
        self._heard_before: set[str] = set()
        #: Warmed up and serving.
        self.started = False
        #: SIGTERM has come: not ready, still answering.
        self.draining = False
        #: What happens until when, once SIGTERM has come.
        self.ending = NEVER

    @property
    def ready(self) -> bool:
        return (
            self.started
            and not self.draining
            and not self.stuck
            and all(door.serving for door in self.doors)
        )

    @property
    def stuck(self) -> bool:
        """A run() has not returned for so long that it may never do."""
        bound = self.settings.stuck_run_seconds
        return 0 < bound <= self.executor.runs.oldest_seconds()

    @property
    def in_progress(self) -> int:
        return len(self.open)

    def observe(self, request: Request, response: Response) -> None:
        """Counts an answer that has been given, and shows it to all observers in a moment; any thread."""
        if self.metrics is not None:
            self.metrics.observe(request, response)
        if response.status != _NOT_WHOLE:
            self._heard.add(request.client)
        if self.observers:
            self.sightings.add(request, response)
        elif request.outcome.error is not None:
            forget_frames(request.outcome.error)

    def closed(self, why: str, count: int) -> None:
        """Counts connections that were ended, or not let in; any thread."""
        if self.metrics is not None:
            self.metrics.closed_connections(why, count)

    def open_connections(self, count: int) -> None:
        """Any thread."""
        if self.metrics is not None:
            self.metrics.open_connections(count)

    def busy_clients(self) -> set[str]:
        """Those that wait for an answer; any thread."""
        waiting = {one.request.client for one in list(self.open)}
        return waiting.union(*(door.clients() for door in self.doors))

    def heard_clients(self) -> set[str]:
        """Those that had an answer since this was last asked, and perhaps a moment before; one thread."""
        before, self._heard_before = self._heard_before, self._heard
        self._heard = set()
        return {*before, *list(self._heard_before)}

    async def start(self) -> None:
        loop = asyncio.get_running_loop()
        self.executor.bind(loop)
        self.sightings.bind(loop)
        for companion in self.companions:
            await companion.start()
        self.started = True

    async def close(self) -> None:
        """Ends every door, all at the same time."""
        until = self.ending.answered_by
        await asyncio.gather(*(_cleanly(door, door.close(until)) for door in self.doors))

    async def stop(self) -> None:
        """Ends all companions at the same time: one that waits for somebody else leaves the others their time."""
        self.sightings.show()
        stops = [_cleanly(companion, companion.stop()) for companion in self.companions]
        await asyncio.gather(*stops)

    def deadline_of(self, request: Request) -> float | None:
        """The `time.monotonic()` by which this request wants its answer, or None. Raises Refusal (400)."""
        return deadline.deadline_of(request, self.settings.request_timeout_ms)

    def carried(self, request: Request, function: Callable[..., Any]) -> Callable[..., Any]:
        """`function` with whatever belongs around model code that runs for `request`."""
        for carry in self.carries:
            function = carry(request, function)
        return function


async def _cleanly(companion: Companion, ending: Awaitable[None]) -> None:
    try:
        await ending
    except Exception:
        logger.exception("%s did not stop cleanly", type(companion).__name__)


def _batch_limits(settings: Settings) -> Limits:
    return Limits(
        requests=Limits.requests if settings.batching else 1,
        rows=settings.batch_max_rows,
        bytes=settings.batch_max_bytes,
        queue=settings.max_queue_length,
        wait=None if settings.max_queue_wait_ms is None else settings.max_queue_wait_ms / 1000,
        run=settings.run_timeout_ms / 1000,
    )
