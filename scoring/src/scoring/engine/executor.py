"""A bounded queue in front of worker threads; the event loop waits, it never computes.

Azure ML's front end names the limits: concurrency per replica (`workers`), maximum queue wait, scoring timeout.
"""

from __future__ import annotations

import asyncio
import logging
import math
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from queue import SimpleQueue
from typing import Any, Protocol

from scoring.engine.interrupt import Interruptible
from scoring.http.message import Outcome

logger = logging.getLogger("scoring")

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


class Receiver(Protocol):
    """Where the value of a call goes, or the exception that it raised or that kept it from being made."""

    def set_result(self, value: Any, /) -> None: ...

    def set_exception(self, error: BaseException, /) -> None: ...


class Together(Protocol):
    """Computes several jobs at once: their arguments to their values, or exceptions, in the same order."""

    def most(self) -> int:
        """How many jobs are worth computing at once."""

    def __call__(self, arguments: Sequence[tuple[Any, ...]], /) -> Sequence[Any]: ...


class Job(Interruptible):
    """One call: what to call, until when, and who is told of its end.

    `receiver` is told once: by the worker, in its thread, or on the event loop when the job is given up.
    """

    __slots__ = (
        "arguments", "deadline", "expiry", "function", "limit", "outcome", "queued_at", "receiver", "together",
    )  # fmt: skip

    def __init__(
        self, function: Callable[..., Any], arguments: tuple[Any, ...], receiver: Receiver,
        deadline: float, limit: float, outcome: Outcome | None, together: Together | None,
    ) -> None:  # fmt: skip
        super().__init__()
        self.together = together
        self.function = function
        self.arguments = arguments
        self.receiver = receiver
        self.deadline = deadline
        self.limit = limit
        self.outcome = outcome
        self.queued_at = time.monotonic()
        self.expiry = deadline


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
        self._done: deque[tuple[asyncio.Future[Any], Any, Any]] = deque()
        self._wake_planned = False
        self._draining = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._watch_at = self._planned_for = math.inf
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

    def abandon(self) -> None:
        """Whoever still waits is told that the server stops, and what runs is told to; on the event loop."""
        for job in list(self._open):
            if self._open.pop(job, self) is None:
                if self._waiting.pop(job, self) is not None:
                    job.interrupt()
                job.receiver.set_exception(Draining("the server is stopping"))

    async def run(
        self, function: Callable[..., Any], *arguments: Any,
        deadline: float | None = None, limit: float | None = None, outcome: Outcome | None = None,
    ) -> Any:  # fmt: skip
        """Calls `function(*arguments)` on a worker and returns what it returns or raises what it raises.

        `deadline` is a `time.monotonic()` for queue and run together, `limit` seconds for the run alone.
        Raises QueueFull, QueueWaitExceeded, DeadlineExceeded, Overrun, Draining.
        """
        self.bind(asyncio.get_running_loop())
        future = self._own_loop().create_future()
        job = self.submit(
            _OnTheLoop(self, future), function, *arguments, deadline=deadline, limit=limit, outcome=outcome
        )  # fmt: skip
        try:
            return await future
        finally:
            self._open.pop(job, None)
            self._waiting.pop(job, None)

    def submit(
        self, receiver: Receiver, function: Callable[..., Any], *arguments: Any,
        deadline: float | None = None, limit: float | None = None, outcome: Outcome | None = None,
        together: Together | None = None,
    ) -> Job:  # fmt: skip
        """The same without waiting: `receiver` is told, most often in the worker's thread. Any thread may call this.

        `together`: takes the place of `function` where several jobs with the same one wait. Raises QueueFull, Draining.
        """
        if self._draining:
            raise Draining("the server is stopping")
        if len(self._waiting) >= self.capacity:
            raise QueueFull(f"{self.capacity} requests are waiting")
        job = Job(
            function, arguments, receiver,
            math.inf if deadline is None else deadline, math.inf if limit is None else limit, outcome, together,
        )  # fmt: skip
        self._enqueue(job)
        return job

    def work(self) -> None:
        """A worker's life; returns after `stop()`."""
        while True:
            job = self._jobs.get()
            if job is None:
                return
            if self._waiting.pop(job, self) is not None:
                continue
            others = [] if job.together is None else self._others_like(job, job.together)
            if job.together is None or not others:
                self._execute(job)
            else:
                self._execute_together(job.together, [job, *others])

    def bind(self, loop: asyncio.AbstractEventLoop) -> None:
        """`loop` keeps the time limits."""
        if self._loop is None:
            self._loop = loop

    def _own_loop(self) -> asyncio.AbstractEventLoop:
        assert self._loop is not None  # noqa: S101  (bind() comes before the first job)
        return self._loop

    def _enqueue(self, job: Job) -> None:
        self._open[job] = None
        self._waiting[job] = None
        job.expiry = min(job.deadline, job.queued_at + self.max_wait)
        ends = min(job.expiry, job.queued_at + job.limit)
        if ends < self._watch_at:
            # Set here, so that the next jobs, which end later, leave the loop alone.
            self._watch_at = ends
            self._own_loop().call_soon_threadsafe(self._plan_watch, ends)
        self._jobs.put(job)

    def _execute(self, job: Job) -> None:
        started = time.monotonic()
        job.expiry = min(job.deadline, started + job.limit)
        error: BaseException | None = None
        value: Any = None
        try:
            value = job.call(job.function, job.arguments)
        except BaseException as raised:
            error = raised
        if job.outcome is not None:
            job.outcome.queue_seconds = started - job.queued_at
            job.outcome.compute_seconds = time.monotonic() - started
        self._tell(job, value, error)

    def _others_like(self, job: Job, together: Together) -> list[Job]:
        """Waiting jobs that can be computed together with this one, oldest first; they are the caller's from now on."""
        most = together.most() - 1
        found: list[Job] = []
        for other in list(self._waiting):
            if len(found) >= most:
                break
            if other.together is together and self._waiting.pop(other, self) is None:
                found.append(other)
        return found

    def _execute_together(self, together: Together, jobs: list[Job]) -> None:
        started = time.monotonic()
        for job in jobs:
            job.expiry = min(job.deadline, started + job.limit)
        try:
            values = jobs[0].call(together, ([job.arguments for job in jobs],))
        except BaseException as error:
            logger.warning("%d requests are computed one by one: %s", len(jobs), error)
            # The one that is to blame, or whose time was over, must not fail its neighbours.
            for job in jobs:
                if job in self._open:
                    self._execute(job)
            return
        seconds = time.monotonic() - started
        for job, value in zip(jobs, values, strict=True):
            if job.outcome is not None:
                job.outcome.queue_seconds = started - job.queued_at
                job.outcome.compute_seconds = seconds
            failed = isinstance(value, BaseException)
            self._tell(job, None if failed else value, value if failed else None)

    def _tell(self, job: Job, value: Any, error: BaseException | None) -> None:
        # Whoever takes the job out of here tells its receiver: a job that was given up has told already.
        if self._open.pop(job, self) is not None:
            return
        try:
            if error is None:
                job.receiver.set_result(value)
            else:
                job.receiver.set_exception(_raisable(error))
        except Exception:
            # The worker has other jobs to do.
            logger.exception("The end of a call could not be told")

    def tell_on_the_loop(self, future: asyncio.Future[Any], value: Any, error: Any) -> None:
        """Ends a future from a worker's thread; one wake-up of the loop serves all that end until it comes round."""
        self._done.append((future, value, error))
        if not self._wake_planned:
            self._wake_planned = True
            # A call that outlived its loop, as at the end of the process, has nobody left to tell.
            with suppress(RuntimeError):
                self._own_loop().call_soon_threadsafe(self._deliver)

    def _deliver(self) -> None:
        self._wake_planned = False
        while self._done:
            future, value, error = self._done.popleft()
            if future.done():
                continue
            if error is None:
                future.set_result(value)
            else:
                future.set_exception(error)

    def _plan_watch(self, at: float) -> None:
        """On the loop, which alone knows what is planned; `_watch_at` is what other threads believe."""
        if self._watch is not None:
            if self._planned_for <= at:
                self._watch_at = self._planned_for
                return
            self._watch.cancel()
        self._watch_at = self._planned_for = at
        delay = max(at - time.monotonic(), _TICK_SECONDS)
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
        if self._open.pop(job, self) is not None:
            return
        late = now >= job.deadline
        error: ExecutorError
        if self._waiting.pop(job, self) is None:
            error = DeadlineExceeded() if late else QueueWaitExceeded()
        else:
            error = DeadlineExceeded() if late else Overrun()
            error.started = True
            job.interrupt()
        job.receiver.set_exception(error)


class _OnTheLoop:
    """A future as a receiver."""

    def __init__(self, executor: Executor, future: asyncio.Future[Any]) -> None:
        self._executor = executor
        self._future = future

    def set_result(self, value: Any) -> None:
        self._executor.tell_on_the_loop(self._future, value, None)

    def set_exception(self, error: BaseException) -> None:
        self._executor.tell_on_the_loop(self._future, None, error)


def _raisable(error: BaseException) -> BaseException:
    # A future cannot carry StopIteration, and SystemExit or KeyboardInterrupt would end the event loop.
    if isinstance(error, Exception) and not isinstance(error, StopIteration):
        return error
    failure = RuntimeError(f"{type(error).__name__}: {error}")
    failure.__cause__ = error
    return failure
