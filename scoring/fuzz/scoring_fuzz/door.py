"""The HTTP door as a whole: a server of its own, and whatever arrives at its socket."""

import hashlib
import json
import os
import pickle
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, Phase, given, seed, settings
from sklearn.linear_model import Ridge

from scoring_fuzz import wire
from scoring_fuzz.promise import BrokenPromise
from scoring_fuzz.requests import WIDTH, requests

NAME = "door"

_EXAMPLES = 300
_READY = "Ready on "
#: So that a body which never ends costs little, and a bomb is one.
SETTINGS = {"SLIPWAY_BODY_READ_TIMEOUT_SECONDS": "0.1", "SLIPWAY_MAX_BODY_BYTES": "1000000"}


def fuzz(seconds: float, crashes: Path) -> bool:
    """Requests until the time is over; False, and the request as a file, when one broke a promise."""
    until = time.monotonic() + seconds
    asked = 0
    with running_server() as server:
        while time.monotonic() < until:
            round_seed = int.from_bytes(os.urandom(4), "big")
            broken = _round(server.port, round_seed, until)
            asked += _EXAMPLES
            if broken is not None:
                request, why = broken
                kept = crashes / f"crash-{hashlib.sha256(request).hexdigest()[:16]}"
                kept.write_bytes(request)
                print(f"{why}\n{request[:500]!r}\nkept as {kept}")
                return False
    print(f"about {asked} requests")
    return True


def _round(port: int, round_seed: int, until: float) -> tuple[bytes, str] | None:
    last: list[tuple[bytes, str]] = []

    @seed(round_seed)
    @settings(
        max_examples=_EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(requests())
    def promised(request: bytes) -> None:
        if time.monotonic() > until and not last:
            return
        try:
            wire.check(port, request)
        except BrokenPromise as broken:
            last.append((request, str(broken)))
            raise

    try:
        promised()
    except BrokenPromise:
        # hypothesis ends with the smallest request that it has found.
        return last[-1]
    return None


@dataclass(frozen=True)
class Server:
    port: int
    pid: int


@contextmanager
def running_server() -> Iterator[Server]:
    """A model without code behind the settings above, as a user starts it."""
    with tempfile.TemporaryDirectory(prefix="door-") as place:
        folder = Path(place)
        model = Ridge().fit(np.eye(WIDTH), np.arange(WIDTH))
        (folder / "model.pkl").write_bytes(pickle.dumps(model))
        log = folder / "server.log"
        with log.open("w") as output:
            process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "scoring",
                    "serve",
                    "--source",
                    place,
                    "--port",
                    "0",
                    "--trust-pickle",
                ],
                env={**os.environ, **SETTINGS},
                stdout=output,
                stderr=output,
            )
        try:
            yield Server(_port(process, log), process.pid)
        finally:
            process.terminate()
            process.wait()


def _port(process: subprocess.Popen[bytes], log: Path) -> int:
    while process.poll() is None:
        for line in log.read_text().splitlines():
            message = str(json.loads(line)["message"])
            if message.startswith(_READY):
                return int(message.rpartition(":")[2])
        time.sleep(0.05)
    raise RuntimeError(log.read_text())
