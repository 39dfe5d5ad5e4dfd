"""`run_batch(requests)` of an entry script: several requests that wait at the same time, computed by one call.

Nobody is held back for it: a batch is what has queued while the call before ran. A script asks for this by defining the
function; `run()` still answers a request that is alone, and each request of a batch that failed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from scoring.azureml.entry_script import EntryScript
from scoring.engine.latency import LatencyModel
from scoring.http.errors import Refusal
from scoring.http.exchange import Exchange
from scoring.http.message import Response

#: The value of one request and the milliseconds of its call, to its answer.
Answer = Callable[[Any, float], Response]


class BadBatch(Exception):
    """`run_batch()` did not give one answer for each request."""


class ScriptBatch:
    """The executor's `together` for one script. `observe(requests)` is told of each batch, in the worker's thread."""

    def __init__(
        self, script: EntryScript, answer: Answer, limit: int, observe: Callable[[int], None]
    ) -> None:
        self.latency = LatencyModel()
        self._script = script
        self._answer = answer
        self._limit = limit
        self._observe = observe

    def most(self) -> int:
        return self.latency.worthwhile_rows(self._limit)

    def __call__(self, arguments: Sequence[tuple[Any, ...]]) -> Sequence[Any]:
        """Answers in the requests' order; a Refusal for what could not be read. Raises what `run_batch` raises."""
        exchanges: list[Exchange] = [exchange for (exchange,) in arguments]
        found: list[Any] = [self._read(exchange) for exchange in exchanges]
        fit = [at for at, inputs in enumerate(found) if not isinstance(inputs, Refusal)]
        if not fit:
            return found
        started = time.perf_counter()
        values = self._script.run_batch([found[at] for at in fit])
        seconds = time.perf_counter() - started
        if not isinstance(values, Sequence) or len(values) != len(fit):
            got = (
                f"{len(values)} answers" if isinstance(values, Sequence) else type(values).__name__
            )
            raise BadBatch(f"run_batch() returned {got} for {len(fit)} requests")
        self.latency.observe(len(fit), seconds)
        self._observe(len(fit))
        for at, value in zip(fit, values, strict=True):
            exchanges[at].request.outcome.outputs = value
            found[at] = self._answered(value, seconds * 1e3)
        return found

    def _read(self, exchange: Exchange) -> Any:
        request = exchange.request
        try:
            exchange.identify()
            arguments = self._script.parse(request)
        except Refusal as refusal:
            return refusal
        request.outcome.inputs = arguments
        return self._script.batch_item(arguments)

    def _answered(self, value: Any, milliseconds: float) -> Any:
        try:
            return self._answer(value, milliseconds)
        except Exception as error:
            return error
