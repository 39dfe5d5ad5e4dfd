"""One call that waits for a worker: what it is, who is told of its end, and what may keep it from ending."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from scoring.engine.interrupt import Interruptible
from scoring.http.message import Outcome


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
    """`deadline` is a `time.monotonic()` for queue and run together, `limit` seconds for the run alone.

    `receiver` is told once: by the worker, in its thread, or on the event loop when the job is given up.
    """

    __slots__ = (
        "arguments",
        "deadline",
        "expiry",
        "function",
        "limit",
        "outcome",
        "queued_at",
        "receiver",
        "together",
    )

    def __init__(
        self,
        function: Callable[..., Any],
        arguments: tuple[Any, ...],
        receiver: Receiver,
        deadline: float | None,
        limit: float | None,
        outcome: Outcome | None,
        together: Together | None,
    ) -> None:
        super().__init__()
        self.together = together
        self.function = function
        self.arguments = arguments
        self.receiver = receiver
        self.deadline = math.inf if deadline is None else deadline
        self.limit = math.inf if limit is None else limit
        self.outcome = outcome
        self.queued_at = time.monotonic()
        #: When it is to be given up, as far as is known now.
        self.expiry = self.deadline

    def started(self, now: float) -> None:
        self.expiry = min(self.deadline, now + self.limit)

    def ended(self, started: float, now: float) -> None:
        if self.outcome is not None:
            self.outcome.queue_seconds = started - self.queued_at
            self.outcome.compute_seconds = now - started

    def tell(self, value: Any, error: BaseException | None) -> None:
        if error is None:
            self.receiver.set_result(value)
        else:
            self.receiver.set_exception(_raisable(error))


def _raisable(error: BaseException) -> BaseException:
    # A future cannot carry StopIteration, and SystemExit or KeyboardInterrupt would end the event loop.
    if isinstance(error, Exception) and not isinstance(error, StopIteration):
        return error
    failure = RuntimeError(f"{type(error).__name__}: {error}")
    failure.__cause__ = error
    return failure
