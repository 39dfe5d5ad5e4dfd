"""Times commands and counts bytes, in the words of the benchmark's table."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from examples.demo.shell import ROOT

RAW = ROOT / "benchmarks" / "deploy" / "raw"


def seconds(work: Callable[[], object]) -> float:
    """Wall-clock seconds of a piece of work."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def received(state: Path) -> dict[str, int]:
    """Bytes that the rehearsal's registries received so far, per repository."""
    totals: dict[str, int] = {}
    for log in state.glob("registries/*/access.log"):
        for line in log.read_text().splitlines():
            entry = json.loads(line)
            # Token requests name no repository: they are not uploads.
            if entry["repository"]:
                name = entry["repository"]
                totals[name] = totals.get(name, 0) + entry["received"]
    return totals


def difference(before: dict[str, int], after: dict[str, int]) -> dict[str, int]:
    """What was received in between, repositories without any left out."""
    return {
        name: count - before.get(name, 0)
        for name, count in after.items()
        if count != before.get(name, 0)
    }


def keep(name: str, results: dict[str, Any]) -> Path:
    """Write raw results; return the path."""
    RAW.mkdir(parents=True, exist_ok=True)
    path = RAW / f"{name}.json"
    path.write_text(json.dumps(results, indent=2) + "\n")
    return path


def middle(values: list[float]) -> float:
    """The median."""
    return median(values)
