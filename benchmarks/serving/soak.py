"""`make soak`: a million requests, and what they did to the server's memory; then runs that fail.

Two of a hundred clients hang up while they send their request's body.
"""

from __future__ import annotations

import argparse
import json
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.serving import environments, load
from benchmarks.serving.peers import PEERS, ROW, Peer
from benchmarks.serving.process import Server

_STEP_SECONDS = 10.0
_CONNECTIONS = 32
_LONGEST_STEPS = 60
#: What a server may grow by after its first tenth of the requests.
_ALLOWED_BYTES = 16e6
_LEAVING_SHARE = 0.02
_FAILING = "Slipway, score.py"
# A column is missing; what run() has read until then is in the frames of its exception.
_FAILING_BODY = json.dumps({"data": [ROW[1:]] * 40})


@dataclass(frozen=True)
class Scene:
    """`body` is what is sent once the server is ready; None: what the server is made for."""

    server: str
    requests: int
    body: str | None = None


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.serving.soak", description=__doc__)
    parser.add_argument("--requests", type=int, default=1_000_000)
    parser.add_argument("--failing", type=int, default=60_000, help="requests whose run() raises")
    parser.add_argument("--only", default="Slipway, ONNX", help="name of the server")
    args = parser.parse_args()
    scenes = [Scene(args.only, args.requests), Scene(_FAILING, args.failing, _FAILING_BODY)]
    grown = [_grown_by(scene) for scene in scenes if scene.requests]
    return 0 if max(grown) <= _ALLOWED_BYTES else 1


def _grown_by(scene: Scene) -> float:
    what = f"{scene.server}, {'runs that fail' if scene.body else 'requests'}"
    print(what, file=sys.stderr)
    peer = next(peer for peer in PEERS if peer.name == scene.server)
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        grown = _soak(peer, scene, Path(folder))
    print(
        f"{what}: grown by {grown / 1e6:.1f} MB after the first tenth; allowed are {_ALLOWED_BYTES / 1e6:.0f} MB"
    )
    return grown


def _soak(peer: Peer, scene: Scene, folder: Path) -> float:
    python = environments.python_of(peer)
    server = Server(peer, python, environments.model_for(peer, python), folder)
    try:
        server.wait()
        server.peer = replace(peer, body=scene.body or peer.body)
        answered, first = 0, 0
        for step in range(_LONGEST_STEPS):
            leaving = Leaving(server, lambda: answered / max(step * _STEP_SECONDS, 1))  # noqa: B023  (ended in this round)
            found = load.measure(server, _CONNECTIONS, _STEP_SECONDS, folder)
            gone = leaving.end()
            answered += int(found["requests"])
            resident = server.resident_bytes()
            if not first and answered >= scene.requests / 10:
                first = resident
            print(
                f"{answered:>10,} requests  {gone:>6,} hung up  {resident / 1e6:7.1f} MB",
                file=sys.stderr,
            )
            if answered >= scene.requests:
                break
        return resident - first
    finally:
        server.stop()


class Leaving:
    """Clients that hang up, as many as their share of `rate()`, requests a second, says."""

    def __init__(self, server: Server, rate: Callable[[], float]) -> None:
        self._port = server.ports.http
        self._rate = rate
        body = server.peer.body.encode()
        head = f"POST {server.peer.path} HTTP/1.1\r\nHost: here\r\nContent-Length: {2 * len(body)}\r\n\r\n"
        self._sent = head.encode() + body
        self._ended = threading.Event()
        self._gone = 0
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def end(self) -> int:
        """How many there were."""
        self._ended.set()
        self._thread.join()
        return self._gone

    def _run(self) -> None:
        began = time.monotonic()
        while not self._ended.wait(0.05):
            wanted = _LEAVING_SHARE * self._rate() * (time.monotonic() - began)
            while self._gone < wanted and not self._ended.is_set():
                with socket.create_connection(("127.0.0.1", self._port), timeout=10) as client:
                    client.sendall(self._sent)
                self._gone += 1


if __name__ == "__main__":
    sys.exit(main())
