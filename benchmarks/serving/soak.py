"""`make soak`: a million requests, and what they did to the server's memory."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks.serving import environments, load
from benchmarks.serving.peers import PEERS, Peer
from benchmarks.serving.process import Server

_STEP_SECONDS = 10.0
_CONNECTIONS = 32
_LONGEST_STEPS = 60
#: What a server may grow by after its first tenth of the requests.
_ALLOWED_BYTES = 16e6


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.serving.soak", description=__doc__)
    parser.add_argument("--requests", type=int, default=1_000_000)
    parser.add_argument("--only", default="Slipway, ONNX", help="name of the server")
    args = parser.parse_args()
    peer = next(peer for peer in PEERS if peer.name == args.only)
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        grown = _soak(peer, args.requests, Path(folder))
    print(
        f"grown by {grown / 1e6:.1f} MB after the first tenth; allowed are {_ALLOWED_BYTES / 1e6:.0f} MB"
    )
    return 0 if grown <= _ALLOWED_BYTES else 1


def _soak(peer: Peer, requests: int, folder: Path) -> float:
    python = environments.python_of(peer)
    server = Server(peer, python, environments.model_for(peer, python), folder)
    try:
        server.wait()
        answered, first = 0, 0
        for _ in range(_LONGEST_STEPS):
            found = load.measure(server, _CONNECTIONS, _STEP_SECONDS, folder)
            answered += int(found["requests"])
            resident = server.resident_bytes()
            if not first and answered >= requests / 10:
                first = resident
            print(f"{answered:>10,} requests  {resident / 1e6:7.1f} MB", file=sys.stderr)
            if answered >= requests:
                break
        return resident - first
    finally:
        server.stop()


if __name__ == "__main__":
    sys.exit(main())
