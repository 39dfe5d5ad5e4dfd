"""How an estimator takes its rows: a matrix, texts, or a table of named columns."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

import numpy as np

from scoring.errors import ScoringError
from scoring.signature import TensorSpec

#: Name of the only input where rows are not a table.
INPUT = "input"


class Rows(Protocol):
    """Turns tensors into the X that the estimator was fitted with."""

    specs: tuple[TensorSpec, ...]
    #: Values that the estimator has seen, by input; what is missing may be zero.
    known: Mapping[str, str]

    def build(self, inputs: Mapping[str, np.ndarray]) -> Any: ...


class Matrix:
    """One tensor of numbers, `width` columns (-1: unknown)."""

    known: Mapping[str, str] = {}

    def __init__(self, width: int) -> None:
        self.specs: tuple[TensorSpec, ...] = (TensorSpec(INPUT, "FP64", (-1, width)),)

    def build(self, inputs: Mapping[str, np.ndarray]) -> Any:
        return inputs[INPUT]


class Texts:
    """One text a row, as CountVectorizer and its kin take them."""

    specs: tuple[TensorSpec, ...] = (TensorSpec(INPUT, "BYTES", (-1,)),)
    known: Mapping[str, str] = {}

    def build(self, inputs: Mapping[str, np.ndarray]) -> Any:
        return inputs[INPUT]


class Table:
    """One tensor for each column; the estimator gets a pandas DataFrame with its columns in fitted order."""

    def __init__(self, names: Sequence[str], known: Mapping[str, str]) -> None:
        self.known = known
        self.specs = tuple(
            TensorSpec(name, "BYTES" if name in known else "FP64", (-1,)) for name in names
        )
        self._frame = importlib.import_module("pandas").DataFrame

    def build(self, inputs: Mapping[str, np.ndarray]) -> Any:
        return self._frame({spec.name: inputs[spec.name].reshape(-1) for spec in self.specs})


def rows_of(estimator: Any) -> Rows:
    """Raises ScoringError when the estimator needs pandas and it is not installed."""
    first = _first_step(estimator)
    if hasattr(first, "vocabulary_") or type(first).__name__ == "HashingVectorizer":
        return Texts()
    names = getattr(estimator, "feature_names_in_", None)
    texts = dict(_text_columns(first))
    if names is not None and (texts or _selects_by_name(first)):
        return _table([str(name) for name in names], texts)
    return Matrix(int(getattr(estimator, "n_features_in_", -1)))


def _table(names: Sequence[str], texts: Mapping[str, str]) -> Table:
    try:
        return Table(names, texts)
    except ImportError:
        raise ScoringError(
            "the estimator was fitted on a pandas DataFrame and selects its columns by name, but pandas is "
            "not installed; add pandas to the conda file"
        ) from None


def _first_step(estimator: Any) -> Any:
    steps = getattr(estimator, "steps", None)
    return _first_step(steps[0][1]) if steps else estimator


def _selects_by_name(step: Any) -> bool:
    return any(isinstance(column, str) for _, _, columns in _selections(step) for column in columns)


def _text_columns(step: Any) -> Iterator[tuple[str, str]]:
    """Columns whose encoder learned text categories, with one of them."""
    for _, transformer, columns in _selections(step):
        categories = getattr(_first_step(transformer), "categories_", [])
        for column, known in zip(columns, categories, strict=False):
            if np.asarray(known).dtype.kind in "OUST":
                yield column, str(known[0])


def _selections(step: Any) -> Iterator[tuple[str, Any, list[Any]]]:
    for name, transformer, columns in getattr(step, "transformers_", ()):
        chosen = [columns] if isinstance(columns, str) else columns
        if isinstance(chosen, list | np.ndarray):
            yield name, transformer, list(chosen)
