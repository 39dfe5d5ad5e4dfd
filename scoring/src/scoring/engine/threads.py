"""How many threads numerical libraries may use: what the container was given, not what the host has."""

from __future__ import annotations

import math
import os
from collections.abc import MutableMapping
from pathlib import Path

_CGROUP = Path("/sys/fs/cgroup")

#: Read by OpenMP and BLAS libraries when they are loaded.
_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")


def available_cpus(cgroup: Path = _CGROUP) -> int:
    """Whole CPUs that this process may keep busy, at least 1: affinity, cut by the cgroup's quota (v2 or v1)."""
    affinity = (
        len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    )
    return max(1, math.floor(min(affinity, _quota(cgroup))))


def plan(concurrency: int, cgroup: Path = _CGROUP) -> int:
    """Threads for one computation when `concurrency` of them run at once."""
    return max(1, available_cpus(cgroup) // max(1, concurrency))


def announce(threads: int, variables: MutableMapping[str, str]) -> None:
    """Tells libraries that are not yet loaded; what the user has set stays."""
    for name in _VARIABLES:
        variables.setdefault(name, str(threads))
    # Waiting OpenMP threads sleep; spinning would burn the quota that the next request needs.
    variables.setdefault("OMP_WAIT_POLICY", "PASSIVE")


def _quota(cgroup: Path) -> float:
    try:
        quota, period = (cgroup / "cpu.max").read_text().split()
    except (OSError, ValueError):
        return _quota_v1(cgroup)
    return math.inf if quota == "max" else int(quota) / int(period)


def _quota_v1(cgroup: Path) -> float:
    try:
        quota = int((cgroup / "cpu" / "cpu.cfs_quota_us").read_text())
        period = int((cgroup / "cpu" / "cpu.cfs_period_us").read_text())
    except (OSError, ValueError):
        return math.inf
    return quota / period if quota > 0 and period > 0 else math.inf
