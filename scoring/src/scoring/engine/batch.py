"""Rows of several requests as one batch, and back."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import numpy as np

from scoring.http.message import Outcome

Tensors = Mapping[str, np.ndarray]

#: Inputs and the outputs that are wanted (None: all), to outputs.
Predict = Callable[[Tensors, Sequence[str] | None], Tensors]


class NotRowWise(Exception):
    """The model's outputs do not have one entry for each row of input, so rows cannot be shared out."""


class Waiting(Protocol):
    """Who is told of a request's outputs; a future of them, for example. `done`: nobody waits for them any more."""

    def done(self) -> bool: ...

    def set_result(self, outputs: Tensors, /) -> None: ...

    def set_exception(self, error: BaseException, /) -> None: ...


class _Left:
    """Nobody."""

    def done(self) -> bool:
        return True

    def set_result(self, outputs: Tensors) -> None:
        raise NotImplementedError

    def set_exception(self, error: BaseException) -> None:
        raise NotImplementedError


_LEFT = _Left()


class Item:
    """One request's rows, and who waits for its answer."""

    __slots__ = (
        "bytes",
        "deadline",
        "future",
        "inputs",
        "kind",
        "outcome",
        "outputs",
        "queued_at",
        "rows",
        "started",
    )

    def __init__(
        self,
        inputs: Tensors,
        rows: int,
        outputs: Sequence[str] | None,
        future: Waiting,
        outcome: Outcome | None,
        queued_at: float,
        deadline: float = math.inf,
    ) -> None:
        self.inputs = inputs
        self.rows = rows
        self.outputs = outputs
        self.future: Waiting = future
        self.outcome = outcome
        self.queued_at = queued_at
        self.started = False
        #: A `time.monotonic()`.
        self.deadline = deadline
        self.bytes = 0
        #: Items of equal kind can share a batch.
        self.kind: object = None

    def leave(self) -> None:
        """Nobody waits for it any more: what it holds is not kept until its turn comes."""
        if not self.started:
            self.inputs = {}
            self.future = _LEFT


def kind_of(inputs: Tensors, outputs: Sequence[str] | None) -> tuple[object, ...]:
    """Names, datatypes, shapes behind the first axis, and the outputs that are wanted."""
    wanted = None if outputs is None else tuple(outputs)
    return (
        wanted,
        *((name, values.dtype.char, values.shape[1:]) for name, values in inputs.items()),
    )


def merge(items: Sequence[Item]) -> Tensors:
    """Inputs of all items, one below the other."""
    first = items[0].inputs
    if len(items) == 1:
        return first
    return {name: np.concatenate([item.inputs[name] for item in items]) for name in first}


def split(items: Sequence[Item], outputs: Tensors) -> list[Tensors]:
    """Each item's rows of `outputs`. Raises NotRowWise."""
    total = sum(item.rows for item in items)
    for name, values in outputs.items():
        if values.ndim == 0 or len(values) != total:
            raise NotRowWise(f"output {name!r} has shape {list(values.shape)} for {total} rows")
    shares: list[Tensors] = []
    begin = 0
    for item in items:
        end = begin + item.rows
        shares.append({name: values[begin:end] for name, values in outputs.items()})
        begin = end
    return shares


def compute(predict: Predict, items: Sequence[Item]) -> list[Any]:
    """Each item's outputs, or the exception that its own rows cause. Raises NotRowWise."""
    if len(items) == 1:
        return [alone(predict, items[0])]
    try:
        return [*split(items, predict(merge(items), items[0].outputs))]
    except NotRowWise:
        raise
    except Exception:
        # One bad row must not fail its neighbours.
        return [alone(predict, item) for item in items]


def alone(predict: Predict, item: Item) -> Any:
    """The item's outputs, or the exception; None when nobody waits for it any more."""
    if item.future.done():
        return None
    try:
        return predict(item.inputs, item.outputs)
    except Exception as error:
        return error


def deliver(items: Sequence[Item], shares: Sequence[Any], seconds: float) -> bool:
    """Gives every request its share; True when one of them is an exception."""
    failed = False
    for item, share in zip(items, shares, strict=True):
        if item.outcome is not None:
            item.outcome.compute_seconds = seconds
        error = isinstance(share, BaseException)
        failed = failed or error
        if item.future.done():
            continue
        if error:
            item.future.set_exception(share)
        else:
            item.future.set_result(share)
    return failed
