"""Where things lie."""

from __future__ import annotations

from pathlib import Path

from slipway.places import cache_root

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parents[1]
APPS = HERE / "apps"
RAW = HERE / "raw"
DOCUMENT = REPOSITORY / "docs" / "benchmarks.md"
PLOT = REPOSITORY / "docs" / "benchmarks.svg"
CACHE = cache_root() / "bench"
