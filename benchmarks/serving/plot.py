"""The plot, drawn by matplotlib in an environment of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from benchmarks.serving import environments
from benchmarks.serving.folders import APPS, PLOT


def draw(raw: dict[str, Any]) -> None:
    """Writes docs/benchmarks.svg; says so where matplotlib cannot be had."""
    try:
        python = environments.plotting()
    except environments.NotInstalled as error:
        print(f"no plot: {error}", file=sys.stderr)
        return
    subprocess.run(
        [str(python), str(APPS / "plot.py"), str(PLOT)],
        input=json.dumps(raw),
        text=True,
        check=True,
    )
