"""A server of its own for what arrives at its sockets."""

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
from sklearn.linear_model import Ridge

from scoring_fuzz.requests import WIDTH

_READY = "Ready on "
#: So that a body which never ends costs little, and a bomb is one.
SETTINGS = {"SLIPWAY_BODY_READ_TIMEOUT_SECONDS": "0.1", "SLIPWAY_MAX_BODY_BYTES": "1000000"}


@dataclass(frozen=True)
class Server:
    port: int
    grpc_port: int
    pid: int
    log: "Log"


class Log:
    """What the server has written."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read = 0

    def says(self, words: str) -> bool:
        """Something that has come since this was last asked has these words."""
        with self._path.open() as file:
            file.seek(self._read)
            fresh = file.read()
            self._read = file.tell()
        return words in fresh


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
                    "--grpc-port",
                    "0",
                    "--trust-pickle",
                ],
                env={**os.environ, **SETTINGS},
                stdout=output,
                stderr=output,
            )
        try:
            port = _port(process, log)
            yield Server(port, _grpc_port(log), process.pid, Log(log))
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


def _grpc_port(log: Path) -> int:
    lines = map(json.loads, log.read_text().splitlines())
    return int(next(line["grpc_port"] for line in lines if "grpc_port" in line))
