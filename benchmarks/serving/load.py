"""wrk on one server."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from benchmarks.serving.folders import HERE
from benchmarks.serving.process import Server

_ANSWER_LIMIT_SECONDS = 10


def measure(server: Server, connections: int, seconds: float, folder: Path) -> dict[str, Any]:
    """Closed loop: requests per second, latencies in microseconds, errors."""
    body = folder / f"{server.ports.http}.json"
    body.write_text(server.peer.body)
    before = server.cpu_seconds()
    done = subprocess.run(
        [
            "wrk",
            "--threads",
            "1",
            "--connections",
            str(connections),
            "--duration",
            f"{seconds:g}s",
            "--timeout",
            f"{_ANSWER_LIMIT_SECONDS}s",
            "--script",
            str(HERE / "wrk.lua"),
            server.url,
        ],
        env=os.environ | {"BENCH_BODY": str(body)},
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout.partition("\nRESULT ")[2])
    found["requests_per_second"] = found["requests"] / (found["microseconds"] / 1e6)
    found["cpu_seconds_per_1000"] = (
        (server.cpu_seconds() - before) / max(found["requests"], 1) * 1000
    )
    return found
