"""A bounded queue in front of worker threads; the event loop waits, it never computes.

Azure ML's front end names the limits: concurrency per replica (`workers`), maximum queue wait, scoring timeout.
"""

from __future__ import annotations

import asyncio
import logging
import math
import threading
import time
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any

from scoring.engine.job import (
    DeadlineExceeded,
    Draining,
    ExecutorError,
    Job,
    Overrun,
    QueueFull,
    QueueWaitExceeded,
    Receiver,
    Together,
)
from scoring.engine.loop_receivers import LoopReceiver, LoopReceivers
from scoring.engine.runs import Runs
from scoring.engine.time_limits import TimeLimits
from scoring.http.message import Outcome

logger = logging.getLogger("scoring")


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
        self._limits: TimeLimits | None = None
        self._receivers: LoopReceivers | None = None
        self._threads: list[threading.Thread] = []
        self.runs = Runs()
        #: The server stops: no new jobs; those that are here go on.
        self.draining = False

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    @property
    def running(self) -> int:
        return len(self._open) - len(self._waiting)

    def bind(self, loop: asyncio.AbstractEventLoop) -> None:
        """`loop` keeps the time limits; before the first job."""
        if self._limits is None:
            self._limits = TimeLimits(loop, self._give_up_late)
            self._receivers = LoopReceivers(loop)

    def start(self, spare: int = 0) -> None:
        for index in range(len(self._threads), self.workers - spare):
            thread = threading.Thread(target=self.work, name=f"scoring-{index}", daemon=True)
            self._threads.append(thread)
            thread.start()

    def stop(self) -> None:
        """Workers return as soon as what they run now has ended."""
        self.draining = True
        for _ in range(self.workers):
            self._jobs.put(None)

    def abandon(self) -> None:
        """Whoever still waits is told that the server stops, and what runs is told to; on the event loop."""
        for job in list(self._open):
            stopping = Draining("the server is stopping")
            self._give_up(job, stopping, stopping)

    async def run(
        self,
        function: Callable[..., Any],
        *arguments: Any,
        deadline: float | None = None,
        limit: float | None = None,
        outcome: Outcome | None = None,
    ) -> Any:
        """Calls `function(*arguments)` on a worker and returns what it returns or raises what it raises.

        `deadline` is a `time.monotonic()` for queue and run together, `limit` seconds for the run alone.
        Raises QueueFull, QueueWaitExceeded, DeadlineExceeded, Overrun, Draining.
        """
        loop = asyncio.get_running_loop()
        self.bind(loop)
        assert self._receivers is not None  # noqa: S101  (bind() has made them)
        future = loop.create_future()
        receiver = LoopReceiver(self._receivers, future)
        job = self.submit(
            receiver, function, *arguments, deadline=deadline, limit=limit, outcome=outcome
        )
        try:
            return await future
        finally:
            self.forget(job)

    def submit(
        self,
        receiver: Receiver,
        function: Callable[..., Any],
        *arguments: Any,
        deadline: float | None = None,
        limit: float | None = None,
        outcome: Outcome | None = None,
        together: Together | None = None,
    ) -> Job:
        """The same without waiting: `receiver` is told, most often in the worker's thread. Any thread may call this.

        `together`: takes the place of `function` where several jobs with the same one wait. Raises QueueFull, Draining.
        """
        if self.draining:
            raise Draining("the server is stopping")
        if len(self._waiting) >= self.capacity:
            raise QueueFull(f"{self.capacity} requests are waiting")
        job = Job(function, arguments, receiver, deadline, limit, outcome, together)
        job.expiry = min(job.deadline, job.queued_at + self.max_wait)
        self._open[job] = None
        self._waiting[job] = None
        assert self._limits is not None  # noqa: S101  (bind() comes before the first job)
        self._limits.add(min(job.expiry, job.queued_at + job.limit))
        self._jobs.put(job)
        return job

    def withdraw(self, job: Job) -> bool:
        """Nobody waits for this job any more: forget it. False when it has been begun. Any thread."""
        if self._waiting.pop(job, self) is not None:
            return False
        self._open.pop(job, None)
        return True

    def forget(self, job: Job) -> None:
        """Nobody waits for this job any more: it is not begun if it was not yet, and its receiver is not told."""
        self._open.pop(job, None)
        self._waiting.pop(job, None)

    def work(self) -> None:
        """A worker's life; returns after `stop()`."""
        while True:
            job = self._jobs.get()
            if job is None:
                return
            if self._waiting.pop(job, self) is not None:
                continue
            others = [] if job.together is None else self._others_like(job, job.together)
            self.runs.begun(time.monotonic())
            if job.together is None or not others:
                self._execute(job)
            else:
                self._execute_together(job.together, [job, *others])
            self.runs.over()

    def _execute(self, job: Job) -> None:
        started = time.monotonic()
        job.started(started)
        error: BaseException | None = None
        value: Any = None
        try:
            value = job.call(job.function, job.arguments)
        except BaseException as raised:
            error = raised
        job.ended(started, time.monotonic())
        self._tell(job, value, error)
        # Its traceback holds this frame: together they would wait for the collector, and the request with them.
        error = None

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
            job.started(started)
        try:
            values = jobs[0].call(together, ([job.arguments for job in jobs],))
        except BaseException as error:
            logger.warning("%d requests are computed one by one: %s", len(jobs), error)
            # The one that is to blame, or whose time was over, must not fail its neighbours.
            for job in jobs:
                if job in self._open:
                    self._execute(job)
            return
        ended = time.monotonic()
        for job, value in zip(jobs, values, strict=True):
            job.ended(started, ended)
            failed = isinstance(value, BaseException)
            self._tell(job, None if failed else value, value if failed else None)

    def _tell(self, job: Job, value: Any, error: BaseException | None) -> None:
        # Whoever takes the job out of here tells its receiver: a job that was given up has told already.
        if self._open.pop(job, self) is not None:
            return
        try:
            job.tell(value, error)
        except Exception:
            # The worker has other jobs to do.
            logger.exception("The end of a call could not be told")

    def _give_up_late(self, now: float) -> float:
        """Gives up every job whose time is over; answers when the next one's will be."""
        earliest = math.inf
        for job in list(self._open):
            if job.expiry > now:
                earliest = min(earliest, job.expiry, now + job.limit)
            elif now >= job.deadline:
                late = DeadlineExceeded()
                self._give_up(job, late, late)
            else:
                self._give_up(job, QueueWaitExceeded(), Overrun())
        return earliest

    def _give_up(self, job: Job, waited: ExecutorError, ran: ExecutorError) -> None:
        """`waited`: what its receiver is told if it was not begun; `ran`: if it was."""
        if self._open.pop(job, self) is not None:
            return
        if self._waiting.pop(job, self) is None:
            job.receiver.set_exception(waited)
            return
        ran.started = True
        job.interrupt()
        job.receiver.set_exception(ran)
