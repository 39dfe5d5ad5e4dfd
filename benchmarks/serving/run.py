"""All servers at once, one of them under load at a time, in turns."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.serving import batch, environments, load
from benchmarks.serving.folders import RAW
from benchmarks.serving.peers import PEERS, Peer
from benchmarks.serving.process import DidNotStart, Server, Started

_WARM_UP_SECONDS = 1.0
_STARTS = 5

Raw = dict[str, Any]


def run(rounds: int, seconds: float, connections: Sequence[int], only: Sequence[str]) -> Raw:
    """The raw data, also kept as a file in raw/."""
    peers = [peer for peer in PEERS if not only or any(part in peer.name.lower() for part in only)]
    raw: Raw = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": _machine(),
        "rounds": rounds,
        "seconds": seconds,
        "connections": list(connections),
        "servers": {},
        "missing": {},
    }
    with tempfile.TemporaryDirectory(prefix="bench-serving-") as folder:
        servers: list[Server] = []
        try:
            startable = [peer for peer in peers if _time_starts(peer, raw, Path(folder))]
            for peer in startable:
                servers.append(_idle(peer, raw, Path(folder)))
            _measure(servers, raw, rounds, seconds, connections, Path(folder))
            _finish(servers, raw, Path(folder), seconds)
        finally:
            for server in servers:
                server.stop()
    RAW.mkdir(exist_ok=True)
    (RAW / f"{raw['at'].replace(':', '').partition('+')[0]}.json").write_text(
        json.dumps(raw, indent=1) + "\n"
    )
    return raw


def _time_starts(peer: Peer, raw: Raw, folder: Path) -> bool:
    """Starts and kills one server, several times, while no other runs; what cannot be had is named with the reason."""
    starts: list[Started] = []
    try:
        python = environments.python_of(peer)
        model = environments.model_for(peer, python)
        for _ in range(_STARTS):
            server = Server(peer, python, model, folder)
            try:
                starts.append(server.wait())
            finally:
                server.kill()
    except (environments.NotInstalled, DidNotStart, subprocess.CalledProcessError) as error:
        raw["missing"][peer.name] = str(error)[-600:]
        print(f"{peer.name}: not measured: {error}", file=sys.stderr)
        return False
    raw["servers"][peer.name] = {
        "versions": _versions(python, peer),
        "starts": [[start.seconds, start.cpu_seconds] for start in starts],
        "start_seconds": median(start.seconds for start in starts),
        "start_cpu_seconds": median(start.cpu_seconds for start in starts),
        "answer": starts[-1].answer[:300],
        "runs": {str(count): [] for count in raw["connections"]},
    }
    print(
        f"{peer.name}: ready after {starts[-1].seconds:.1f} s, answered {starts[-1].answer[:80].strip()}",
        file=sys.stderr,
    )
    return True


def _idle(peer: Peer, raw: Raw, folder: Path) -> Server:
    """The server that stays for the rounds, and its memory before them."""
    python = environments.python_of(peer)
    server = Server(peer, python, environments.model_for(peer, python), folder)
    server.wait()
    raw["servers"][peer.name] |= {
        "idle_resident_bytes": server.resident_bytes(),
        "idle_proportional_bytes": server.proportional_bytes(),
    }
    return server


def _measure(
    servers: list[Server],
    raw: Raw,
    rounds: int,
    seconds: float,
    connections: Sequence[int],
    folder: Path,
) -> None:
    for server in servers:
        load.measure(server, max(connections), _WARM_UP_SECONDS, folder)
    for number in range(rounds):
        for count in connections:
            for server in servers:
                found = load.measure(server, count, seconds, folder)
                raw["servers"][server.peer.name]["runs"][str(count)].append(found)
        print(f"round {number + 1} of {rounds} done", file=sys.stderr)


def _finish(servers: list[Server], raw: Raw, folder: Path, seconds: float) -> None:
    for server in servers:
        found = raw["servers"][server.peer.name]
        found["loaded_resident_bytes"] = server.resident_bytes()
        found["loaded_proportional_bytes"] = server.proportional_bytes()
    ours = next((server for server in servers if server.peer.name == "Slipway, score.py"), None)
    if ours is not None:
        python = environments.python_of(ours.peer)
        model = environments.model_for(ours.peer, python)
        raw["batch"] = batch.measure(python, model, ours, folder, max(seconds, 2.0))


def _versions(python: Path, peer: Peer) -> dict[str, str]:
    names = [requirement.partition("=")[0].partition("[")[0] for requirement in peer.requirements]
    names += ["slipway-scoring", "granian"] if peer.local else []
    script = "import importlib.metadata as m, json, sys; print(json.dumps({n: m.version(n) for n in sys.argv[1:]}))"
    done = subprocess.run(
        [str(python), "-c", script, *names], capture_output=True, text=True, check=True
    )
    found: dict[str, str] = json.loads(done.stdout)
    return found


def _machine() -> dict[str, Any]:
    model = ""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        lines = [line for line in cpuinfo.read_text().splitlines() if line.startswith("model name")]
        model = lines[0].partition(":")[2].strip() if lines else ""
    return {
        "cpus": os.cpu_count(),
        "cpu": model,
        "system": platform.platform(),
        "python": platform.python_version(),
        "load_before": os.getloadavg()[0],
    }
