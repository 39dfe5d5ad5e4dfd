"""The directory where worker processes keep their numbers for each other."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager

#: Set by the process that starts the workers, for all of them.
DIRECTORY = "SLIPWAY_METRICS_DIR"


@contextmanager
def directory(variables: MutableMapping[str, str]) -> Iterator[None]:
    """Around the life of several workers. prometheus-client must not have been imported before."""
    with tempfile.TemporaryDirectory(prefix="scoring-metrics-") as folder:
        variables[DIRECTORY] = folder
        # prometheus-client's own name for the same: what entry scripts count is then right as well.
        variables.setdefault("PROMETHEUS_MULTIPROC_DIR", folder)
        yield
