"""Adaptive micro-batching of one model's requests.

No timer delays anybody: a batch is what has queued while the loop was busy or the batch before ran. Requests that
arrive in the same rounds of the event loop are put together only while that takes less time than a batch's overhead,
which is what joining saves. Batches that are known to be short run on the event loop itself, since handing them to a
thread costs more than they do; longer ones run on the executor's threads.
"""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from scoring.engine.batch import (
    Item,
    NotRowWise,
    Predict,
    Tensors,
    Waiting,
    alone,
    compute,
    deliver,
    kind_of,
)
from scoring.engine.executor import Executor
from scoring.engine.expiry import Expiry
from scoring.engine.job import Draining, ExecutorError, QueueFull
from scoring.engine.latency import LatencyModel
from scoring.engine.placement import Placement
from scoring.http.message import Outcome

logger = logging.getLogger("scoring.batching")

# Every so many batches, one is twice as large.
_EXPLORE_EVERY = 32


@dataclass(frozen=True)
class Limits:
    """`requests` 1 switches sharing off. A request that is larger than a limit runs alone."""

    requests: int = 1024
    rows: int = 4096
    bytes: int = 64 * 2**20
    #: Requests that may wait.
    queue: int = 1024
    #: Seconds that a request may wait for its batch to begin; None: as long as its deadline allows.
    wait: float | None = None
    #: Seconds that a batch may run.
    run: float | None = None


@dataclass(frozen=True)
class BatchReport:
    """One batch that has run: what observers (metrics) get. `inline`: on the event loop."""

    requests: int
    rows: int
    seconds: float
    inline: bool
    failed: bool


class _Done(NamedTuple):
    """`shares`: each item's outputs or exception."""

    shares: list[Any]
    seconds: float
    processor_seconds: float


class Batcher:
    """Lives on one event loop; `predict` must be safe to call from any thread.

    `inline` False keeps `predict` off the event loop however quick it is.
    `row_bytes`: size of a row where all rows have the same shape and datatypes; None looks at each request.
    """

    def __init__(
        self,
        predict: Predict,
        executor: Executor,
        limits: Limits,
        name: str = "model",
        row_bytes: int | None = None,
        *,
        inline: bool = True,
    ) -> None:
        self.latency = LatencyModel()
        self.placement = Placement()
        self.observers: list[Callable[[BatchReport], None]] = []
        self._predict = predict
        self._executor = executor
        self._limits = limits
        self._name = name
        self._share = limits.requests > 1
        self._waiting: deque[Item] = deque()
        self._running = 0
        self._planned = False
        self._counted = 0
        self._taken = 0
        self._row_bytes = row_bytes
        self._inline = inline
        self._tasks: set[asyncio.Task[None]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._expiry: Expiry | None = None

    @property
    def may_inline(self) -> bool:
        return self._inline

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    def submit(
        self,
        inputs: Tensors,
        rows: int,
        outputs: Sequence[str] | None = None,
        *,
        deadline: float | None = None,
        outcome: Outcome | None = None,
    ) -> asyncio.Future[Tensors]:
        """A future of this request's own rows of the outputs.

        `deadline` is a `time.monotonic()`. The future raises QueueWaitExceeded, DeadlineExceeded, Overrun, or what
        `predict` raises for these rows alone. Raises QueueFull, Draining at once.
        """
        future: asyncio.Future[Tensors] = asyncio.get_running_loop().create_future()
        item = self.enqueue(future, inputs, rows, outputs, deadline, outcome)
        future.add_done_callback(lambda _: item.leave())
        return future

    def enqueue(
        self,
        waiting: Waiting,
        inputs: Tensors,
        rows: int,
        outputs: Sequence[str] | None,
        deadline: float | None,
        outcome: Outcome | None,
    ) -> Item:
        """The same for whoever waits in another way; on the event loop."""
        if len(self._waiting) >= self._limits.queue:
            self._make_room()
        if self._executor.draining:
            raise Draining("the server is stopping")
        now = time.monotonic()
        item = Item(
            inputs, rows, outputs, waiting, outcome, now, math.inf if deadline is None else deadline
        )
        if self._row_bytes is not None:
            item.kind = outputs
            item.bytes = rows * self._row_bytes
        elif self._share:
            item.kind = kind_of(inputs, outputs)
            item.bytes = sum(values.nbytes for values in inputs.values())
        if deadline is not None or self._limits.wait is not None:
            self._own_expiry().add(item)
        self._waiting.append(item)
        if not self._planned:
            self._plan()
        return item

    def learn(self, rows: int, seconds: float, processor_seconds: float) -> None:
        """What a batch took, on the clock and of the processor."""
        self.latency.observe(rows, seconds)
        self.placement.observe(rows, processor_seconds)

    def _own_loop(self) -> asyncio.AbstractEventLoop:
        """That of the first request; a batcher is made before there is one."""
        if self._loop is None:
            self._loop = asyncio.get_running_loop()
        return self._loop

    def _own_expiry(self) -> Expiry:
        if self._expiry is None:
            self._expiry = Expiry(self._own_loop(), self._limits.wait)
        return self._expiry

    def _make_room(self) -> None:
        self._waiting = deque(item for item in self._waiting if not item.future.done())
        if len(self._waiting) >= self._limits.queue:
            raise QueueFull(f"{len(self._waiting)} requests are waiting")

    def _plan(self) -> None:
        if self._running >= self._executor.workers:
            return
        self._planned = True
        self._counted = 0
        self._own_loop().call_soon(self._round)

    def _round(self) -> None:
        """One round of the event loop later: another one, if requests still come in and joining them pays."""
        count = len(self._waiting)
        if self._share and self._still_coming(count):
            self._counted = count
            self._own_loop().call_soon(self._round)
            return
        self._planned = False
        self._start()

    def _still_coming(self, count: int) -> bool:
        if count <= self._counted or count >= self._limits.requests:
            return False
        held = time.monotonic() - self._waiting[0].queued_at
        return held < self.latency.overhead

    def _start(self) -> None:
        """Begins batches until none is waiting or all workers are busy."""
        while self._waiting and self._running < self._executor.workers:
            items = self._take()
            if not items:
                continue
            self._mark_started(items)
            if self._inline and self.placement.inline(sum(item.rows for item in items)):
                self._run_inline(items)
            else:
                self._run_threaded(items)

    def _take(self) -> list[Item]:
        """The oldest request and those behind it that fit to it; who has gone away is left out."""
        first = self._waiting.popleft()
        if first.future.done():
            return []
        items, rows, size = [first], first.rows, first.bytes
        most_rows = self._most_rows()
        passed: list[Item] = []
        while self._waiting and self._share and len(items) < self._limits.requests:
            item = self._waiting[0]
            if rows + item.rows > most_rows or size + item.bytes > self._limits.bytes:
                break
            self._waiting.popleft()
            if item.future.done():
                continue
            if item.kind != first.kind:
                passed.append(item)
                continue
            items.append(item)
            rows += item.rows
            size += item.bytes
        self._waiting.extendleft(reversed(passed))
        return items

    def _most_rows(self) -> int:
        most = self._limits.rows
        rows = self.latency.worthwhile_rows(most)
        # Now and then a larger one: what was learned from small batches alone may be wrong.
        self._taken += 1
        return rows if self._taken % _EXPLORE_EVERY else min(2 * rows, most)

    def _run_inline(self, items: list[Item]) -> None:
        runs = self._executor.runs
        runs.begun(time.monotonic())
        done = self._timed(items)
        runs.over()
        self.placement.blocked(done.seconds)
        self._finish(items, done, inline=True)

    def _run_threaded(self, items: list[Item]) -> None:
        self._running += 1
        task = self._own_loop().create_task(self._in_thread(items))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _in_thread(self, items: list[Item]) -> None:
        try:
            done = await self._executor.run(self._timed, items, limit=self._limits.run)
        except (ExecutorError, Exception) as error:
            done = _Done([error] * len(items), 0.0, 0.0)
        finally:
            self._running -= 1
        self._finish(items, done, inline=False)
        self._start()

    def _timed(self, items: list[Item]) -> _Done:
        started, processor = time.monotonic(), time.thread_time()
        shares = self._compute(items)
        return _Done(shares, time.monotonic() - started, time.thread_time() - processor)

    def _compute(self, items: list[Item]) -> list[Any]:
        try:
            return compute(self._predict, items)
        except NotRowWise as reason:
            self._share = False
            logger.warning("%s does not share batches from now on: %s", self._name, reason)
            return [alone(self._predict, item) for item in items]

    def _mark_started(self, items: list[Item]) -> None:
        now = time.monotonic()
        for item in items:
            item.started = True
            if item.outcome is not None:
                item.outcome.queue_seconds = now - item.queued_at

    def _finish(self, items: list[Item], done: _Done, *, inline: bool) -> None:
        failed = deliver(items, done.shares, done.seconds)
        if self._expiry is not None:
            self._expiry.drop(items)
        rows = sum(item.rows for item in items)
        if not failed:
            self.learn(rows, done.seconds, done.processor_seconds)
        if self.observers:
            report = BatchReport(len(items), rows, done.seconds, inline, failed)
            for observer in self.observers:
                observer(report)
