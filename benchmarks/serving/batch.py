"""`python -m scoring batch` against posting the same rows one by one."""

from __future__ import annotations

import csv
import http.client
import itertools
import json
import subprocess
import time
from pathlib import Path
from typing import Any

from benchmarks.serving.folders import APPS
from benchmarks.serving.peers import ROW
from benchmarks.serving.process import Server, environment

ROWS = 200_000


def measure(
    python: Path, model: Path, server: Server, folder: Path, seconds: float
) -> dict[str, Any]:
    """Both by the same score.py; the batch's start (loading Python and the model) counts."""
    given, out = folder / "rows.csv", folder / "scored.csv"
    with given.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([f"x{number}" for number in range(len(ROW))])
        writer.writerows([value + index % 97 * 1e-4 for value in ROW] for index in range(ROWS))
    out.unlink(missing_ok=True)
    began = time.perf_counter()
    subprocess.run(
        [str(python), "-m", "scoring", "batch", str(given), str(out), "--source", str(APPS)],
        env=environment() | {"AZUREML_MODEL_DIR": str(model)},
        check=True,
        capture_output=True,
    )
    batch = ROWS / (time.perf_counter() - began)
    posted = _posted(server, given, seconds)
    return {
        "rows": ROWS,
        "batch_rows_per_second": batch,
        "posted_rows_per_second": posted,
        "ratio": batch / posted,
    }


def _posted(server: Server, given: Path, seconds: float) -> float:
    """One kept-alive connection, one row per request, as a simple client's loop does it."""
    connection = http.client.HTTPConnection("127.0.0.1", server.ports.http)
    count = 0
    began = time.perf_counter()
    with given.open(newline="") as file:
        for row in itertools.islice(csv.reader(file), 1, None):
            body = json.dumps({"data": [[float(cell) for cell in row]]})
            connection.request("POST", server.peer.path, body, {"Content-Type": "application/json"})
            json.load(connection.getresponse())
            count += 1
            if time.perf_counter() - began > seconds:
                break
    connection.close()
    return count / (time.perf_counter() - began)
