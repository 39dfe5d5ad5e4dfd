"""How an estimator takes its rows: a matrix, texts, or a table of named columns."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from typing import Any, Protocol

import numpy as np

from scoring.errors import ScoringError
from scoring.signature import TensorSpec

#: Name of the only input where rows are not a table.
INPUT = "input"


class Rows(Protocol):
    """Turns tensors into the X that the estimator was fitted with."""

    specs: tuple[TensorSpec, ...]

    def build(self, inputs: Mapping[str, np.ndarray]) -> Any: ...


class Matrix:
    """One tensor of numbers, `width` columns (-1: unknown)."""

    def __init__(self, width: int) -> None:
        self.specs = (TensorSpec(INPUT, "FP64", (-1, width)),)

    def build(self, inputs: Mapping[str, np.ndarray]) -> Any:
        return inputs[INPUT]


class Texts:
    """One text a row, as CountVectorizer and its kin take them."""

    specs = (TensorSpec(INPUT, "BYTES", (-1,)),)

    def build(self, inputs: Mapping[str, np.ndarray]) -> Any:
        return inputs[INPUT]


class Table:
    """One tensor for each column; the estimator gets a pandas DataFrame with its columns in fitted order."""

    def __init__(self, datatypes: Mapping[str, str]) -> None:
        self.specs = tuple(
            TensorSpec(name, datatype, (-1,)) for name, datatype in datatypes.items()
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
    texts = set(_text_columns(first))
    if names is not None and (texts or _selects_by_name(first)):
        return _table({str(name): "BYTES" if name in texts else "FP64" for name in names})
    return Matrix(int(getattr(estimator, "n_features_in_", -1)))


def _table(datatypes: Mapping[str, str]) -> Table:
    try:
        return Table(datatypes)
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


def _text_columns(step: Any) -> Iterator[str]:
    """Columns whose encoder learned text categories."""
    for _, transformer, columns in _selections(step):
        encoder = _first_step(transformer)
        categories = getattr(encoder, "categories_", [])
        for column, known in zip(columns, categories, strict=False):
            if np.asarray(known).dtype.kind in "OUST":
                yield column


def _selections(step: Any) -> Iterator[tuple[str, Any, list[Any]]]:
    for name, transformer, columns in getattr(step, "transformers_", ()):
        chosen = [columns] if isinstance(columns, str) else columns
        if isinstance(chosen, list | np.ndarray):
            yield name, transformer, list(chosen)
