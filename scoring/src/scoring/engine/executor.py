"""A bounded queue in front of worker threads; the event loop waits, it never computes.

Azure ML's front end names the limits: concurrency per replica (`workers`), maximum queue wait, scoring timeout.
"""

from __future__ import annotations

import asyncio
import math
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue
from typing import Any

from scoring.engine.interrupt import Interrupted, Interruptible
from scoring.http.message import Outcome

# The watch never sleeps shorter than this; a deadline is met to within it.
_TICK_SECONDS = 0.005


class ExecutorError(Exception):
    """The job did not run to its end; `started` tells whether it was begun."""

    started = False


class QueueFull(ExecutorError):
    """As many jobs wait as may wait."""


class QueueWaitExceeded(ExecutorError):
    """No worker became free within the maximum queue wait."""


class DeadlineExceeded(ExecutorError):
    """The request's own deadline passed, in the queue or while it ran."""


class Overrun(ExecutorError):
    """The job ran longer than its limit; its thread was told to stop."""

    started = True


class Draining(ExecutorError):
    """The server is stopping and takes no new jobs."""


class Job(Interruptible):
    """One call: what to call, until when, and where its end is awaited."""

    __slots__ = (
        "arguments", "deadline", "expiry", "function", "future", "limit", "outcome", "queued_at", "value",
    )  # fmt: skip

    def __init__(
        self, function: Callable[..., Any], arguments: tuple[Any, ...], future: asyncio.Future[Any],
        deadline: float, limit: float, outcome: Outcome | None,
    ) -> None:  # fmt: skip
        super().__init__()
        self.function = function
        self.arguments = arguments
        self.future = future
        self.deadline = deadline
        self.limit = limit
        self.outcome = outcome
        self.queued_at = time.monotonic()
        self.expiry = deadline
        self.value: Any = None


class Executor:
    """Runs callables on `workers` threads, at most `capacity` of them waiting, each at most `max_wait` seconds.

    Lives on one event loop. `start()` makes all threads; a program whose entry script must run in the thread
    that called `init()` makes one less (`start(spare=1)`) and gives its own thread to `work()`.
    """

    def __init__(
        self, workers: int = 1, capacity: int = 1024, max_wait: float | None = None
    ) -> None:
        self.workers = workers
        self.capacity = capacity
        self.max_wait = math.inf if max_wait is None else max_wait
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        # Whoever pops a job out of here owns it: a worker that starts it, or the loop that gives it up.
        self._waiting: dict[Job, None] = {}
        self._open: dict[Job, None] = {}
        self._done: deque[Job] = deque()
        self._wake_planned = False
        self._draining = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._watch_at = math.inf
        self._watch: asyncio.TimerHandle | None = None
        self._threads: list[threading.Thread] = []

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    @property
    def running(self) -> int:
        return len(self._open) - len(self._waiting)

    @property
    def idle(self) -> bool:
        return not self._open

    def start(self, spare: int = 0) -> None:
        for index in range(len(self._threads), self.workers - spare):
            thread = threading.Thread(target=self.work, name=f"scoring-{index}", daemon=True)
            self._threads.append(thread)
            thread.start()

    @property
    def draining(self) -> bool:
        return self._draining

    def drain(self) -> None:
        """New jobs are refused from now on; those that are here go on."""
        self._draining = True

    def stop(self) -> None:
        """Workers return as soon as what they run now has ended."""
        self._draining = True
        for _ in range(self.workers):
            self._jobs.put(None)

    async def run(
        self, function: Callable[..., Any], *arguments: Any,
        deadline: float | None = None, limit: float | None = None, outcome: Outcome | None = None,
    ) -> Any:  # fmt: skip
        """Calls `function(*arguments)` on a worker and returns what it returns or raises what it raises.

        `deadline` is a `time.monotonic()` for queue and run together, `limit` seconds for the run alone.
        Raises QueueFull, QueueWaitExceeded, DeadlineExceeded, Overrun, Draining.
        """
        if self._draining:
            raise Draining("the server is stopping")
        if len(self._waiting) >= self.capacity:
            raise QueueFull(f"{self.capacity} requests are waiting")
        job = Job(
            function, arguments, self._own_loop().create_future(),
            math.inf if deadline is None else deadline, math.inf if limit is None else limit, outcome,
        )  # fmt: skip
        self._submit(job)
        try:
            return await job.future
        finally:
            self._open.pop(job, None)
            self._waiting.pop(job, None)

    def work(self) -> None:
        """A worker's life; returns after `stop()`."""
        while True:
            job = self._jobs.get()
            if job is None:
                return
            if self._waiting.pop(job, self) is None:
                self._execute(job)

    def _own_loop(self) -> asyncio.AbstractEventLoop:
        if self._loop is None:
            self._loop = asyncio.get_running_loop()
        return self._loop

    def _submit(self, job: Job) -> None:
        self._open[job] = None
        self._waiting[job] = None
        job.expiry = min(job.deadline, job.queued_at + self.max_wait)
        if job.expiry < self._watch_at:
            self._plan_watch(job.expiry)
        elif job.limit < math.inf and job.queued_at + job.limit < self._watch_at:
            self._plan_watch(job.queued_at + job.limit)
        self._jobs.put(job)

    def _execute(self, job: Job) -> None:
        started = time.monotonic()
        job.expiry = min(job.deadline, started + job.limit)
        error: BaseException | None = None
        try:
            job.value = job.call(job.function, job.arguments)
        except Interrupted as stopped:
            error = stopped
        except BaseException as raised:
            error = raised
        if job.outcome is not None:
            job.outcome.queue_seconds = started - job.queued_at
            job.outcome.compute_seconds = time.monotonic() - started
        self._finish(job, error)

    def _finish(self, job: Job, error: BaseException | None) -> None:
        job.error = error
        self._done.append(job)
        # One wake-up of the loop serves all jobs that have ended until it comes round.
        if not self._wake_planned:
            self._wake_planned = True
            assert self._loop is not None  # noqa: S101  (a job exists only after run() set it)
            # A call that outlived its loop, as at the end of the process, has nobody left to tell.
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._deliver)

    def _deliver(self) -> None:
        self._wake_planned = False
        while self._done:
            job = self._done.popleft()
            if job.future.done():
                continue
            if job.error is None:
                job.future.set_result(job.value)
            else:
                job.future.set_exception(_raisable(job.error))

    def _plan_watch(self, at: float) -> None:
        if self._watch is not None:
            self._watch.cancel()
        delay = max(at - time.monotonic(), _TICK_SECONDS)
        self._watch_at = at
        self._watch = self._own_loop().call_later(delay, self._look)

    def _look(self) -> None:
        """Gives up every job whose time is over and plans the next look."""
        self._watch, self._watch_at = None, math.inf
        now = time.monotonic()
        earliest = math.inf
        for job in list(self._open):
            if job.expiry > now:
                earliest = min(earliest, job.expiry, now + job.limit)
            else:
                self._give_up(job, now)
        if earliest < math.inf:
            self._plan_watch(earliest)

    def _give_up(self, job: Job, now: float) -> None:
        if job.future.done():
            return
        if self._waiting.pop(job, self) is None:
            late = now >= job.deadline
            job.future.set_exception(DeadlineExceeded() if late else QueueWaitExceeded())
            return
        late = now >= job.deadline
        error: ExecutorError = DeadlineExceeded() if late else Overrun()
        error.started = True
        job.interrupt()
        job.future.set_exception(error)


def _raisable(error: BaseException) -> BaseException:
    # A future cannot carry StopIteration, and SystemExit or KeyboardInterrupt would end the event loop.
    if isinstance(error, Exception) and not isinstance(error, StopIteration):
        return error
    failure = RuntimeError(f"{type(error).__name__}: {error}")
    failure.__cause__ = error
    return failure
