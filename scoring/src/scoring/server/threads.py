"""How many threads numeric libraries may use: the container's CPU quota, not the host's cores.

Must be applied before numpy, ONNX Runtime or an OpenMP library is imported: they read the variables once.
"""

from __future__ import annotations

import math
import os
from collections.abc import MutableMapping
from pathlib import Path

_VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "BLIS_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "NUMEXPR_NUM_THREADS",
)


def available_cpus(root: Path = Path("/sys/fs/cgroup")) -> float:
    """CPUs that this process may use: scheduling affinity and cgroup quota (v2, then v1), whichever is less."""
    affinity = float(
        len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    )
    return min(affinity, _quota_v2(root), _quota_v1(root / "cpu"))


def plan(cpus: float, concurrency: int, processes: int) -> int:
    """Threads for one call, so that all calls that may run at once fit the CPUs; at least 1."""
    return max(1, math.floor(cpus / (concurrency * processes)))


def apply(variables: MutableMapping[str, str], threads: int) -> None:
    """Sets what the user has not set. Waiting OpenMP threads sleep instead of burning the quota."""
    for name in _VARIABLES:
        variables.setdefault(name, str(threads))
    variables.setdefault("OMP_WAIT_POLICY", "PASSIVE")


def _quota_v2(root: Path) -> float:
    try:
        quota, period = (root / "cpu.max").read_text().split()[:2]
        return math.inf if quota == "max" else int(quota) / int(period)
    except (OSError, ValueError):
        return math.inf


def _quota_v1(root: Path) -> float:
    try:
        quota = int((root / "cpu.cfs_quota_us").read_text())
        period = int((root / "cpu.cfs_period_us").read_text())
    except (OSError, ValueError):
        return math.inf
    return quota / period if quota > 0 else math.inf
