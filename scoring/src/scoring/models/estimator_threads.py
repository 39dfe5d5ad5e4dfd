"""Estimators that start thread pools for a handful of rows are slower than without; ours do not."""

from __future__ import annotations

import threading
from typing import Any

try:
    from threadpoolctl import ThreadpoolController
except ImportError:  # comes with scikit-learn; boosters alone are content with OMP_NUM_THREADS
    ThreadpoolController = None

_here = threading.local()


def single_job(estimator: Any) -> None:
    """Sets every `n_jobs` in the estimator and its parts to 1."""
    if not hasattr(estimator, "get_params"):
        return
    wanted = {
        name: 1
        for name, value in estimator.get_params(deep=True).items()
        if name.rpartition("__")[2] == "n_jobs" and value not in (None, 1)
    }
    if wanted:
        estimator.set_params(**wanted)
    for part in _parts(getattr(estimator, "estimators_", ())):
        single_job(part)


def _parts(estimators: Any) -> list[Any]:
    """Fitted parts that may hold an n_jobs; a forest's thousand trees do not."""
    flat = getattr(estimators, "flat", estimators)
    return [part for part in flat if hasattr(part, "n_jobs") or hasattr(part, "steps")]


class ThreadLimit:
    """Limits OpenMP and BLAS to `threads` in every thread that calls `apply`; libraries must be loaded by then."""

    def __init__(self, threads: int) -> None:
        self._threads = threads
        self._controller = ThreadpoolController and ThreadpoolController()

    def apply(self) -> None:
        # OpenMP's limit belongs to the calling thread, hence once for each.
        if getattr(_here, "limited", None) is not self:
            if self._controller:
                self._controller.limit(limits=self._threads)
            _here.limited = self
