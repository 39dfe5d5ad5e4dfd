"""The way of tensors to a model and back: one batcher for each model."""

from __future__ import annotations

import math
import time
from collections.abc import Awaitable, Callable, Sequence

from scoring.engine.batch import Tensors
from scoring.engine.batching import Batcher, BatchReport, Limits
from scoring.engine.executor import Executor
from scoring.http.message import Outcome
from scoring.models.base import Model
from scoring.models.warmup import sample_of
from scoring.oip.datatypes import memory_dtype

#: Called on the event loop after each batch.
BatchObserver = Callable[[Model, BatchReport], None]

# Sizes at which a model is timed before the first request.
_CALIBRATION = (1, 16, 1, 16)


class Dispatcher:
    """Batchers by model. `observers` see every batch of every model."""

    def __init__(self, executor: Executor, limits: Limits) -> None:
        self.observers: list[BatchObserver] = []
        self._executor = executor
        self._limits = limits
        self._alone = Limits(requests=1, queue=limits.queue, wait=limits.wait, run=limits.run)
        self._batchers: dict[int, Batcher] = {}

    def add(self, model: Model) -> None:
        """Makes the model's batcher and learns how long it takes; called before ready."""
        limits = self._limits if model.batchable else self._alone
        batcher = Batcher(
            model.predict,
            self._executor,
            limits,
            f"{model.name}:{model.version}",
            _row_bytes(model),
            inline=getattr(model, "inline", True),
        )
        batcher.observers.append(lambda report: self._report(model, report))
        self._batchers[id(model)] = batcher
        _calibrate(model, batcher)

    def predict(
        self,
        model: Model,
        inputs: Tensors,
        rows: int,
        outputs: Sequence[str] | None = None,
        *,
        deadline: float | None = None,
        outcome: Outcome | None = None,
    ) -> Awaitable[Tensors]:
        """`inputs` fit the model's signature; to be awaited. Raises what `Batcher.submit` and its future raise."""
        return self.batcher(model).submit(inputs, rows, outputs, deadline=deadline, outcome=outcome)

    def batcher(self, model: Model) -> Batcher:
        batcher = self._batchers.get(id(model))
        if batcher is None:
            self.add(model)
            batcher = self._batchers[id(model)]
        return batcher

    @property
    def waiting(self) -> int:
        """Requests whose batch has not begun."""
        return sum(batcher.waiting for batcher in self._batchers.values())

    def _report(self, model: Model, report: BatchReport) -> None:
        for observer in self.observers:
            observer(model, report)


def _calibrate(model: Model, batcher: Batcher) -> None:
    """The shortest of several calls counts: the first ones, and those that were interrupted, say nothing."""
    if model.signature is None or not batcher.may_inline:
        return
    for rows in _CALIBRATION if model.batchable else (1,):
        inputs = sample_of(model, rows)
        try:
            seconds, processor_seconds = zip(
                *(_timed(model, inputs) for _ in range(3)), strict=True
            )
        except Exception:
            # A model that cannot take zeros teaches with its first real batch.
            return
        batcher.learn(rows, min(seconds), min(processor_seconds))


def _timed(model: Model, inputs: Tensors) -> tuple[float, float]:
    started, processor = time.monotonic(), time.thread_time()
    model.predict(inputs)
    return time.monotonic() - started, time.thread_time() - processor


def _row_bytes(model: Model) -> int | None:
    """None when rows of different requests may differ in shape, or hold text of any length."""
    specs = model.signature.inputs if model.signature else ()
    shapes = [spec.shape[1:] for spec in specs]
    if (
        not model.batchable
        or any(spec.datatype == "BYTES" for spec in specs)
        or any(-1 in shape for shape in shapes)
    ):
        return None
    return sum(
        math.prod(shape) * memory_dtype(spec.datatype).itemsize
        for spec, shape in zip(specs, shapes, strict=True)
    )
