"""Whatever arrives at a running server's sockets: generated until something breaks a promise, then made small."""

import hashlib
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from scoring_fuzz import grpc_port, wire
from scoring_fuzz.frames import conversations
from scoring_fuzz.promise import BrokenPromise
from scoring_fuzz.requests import requests
from scoring_fuzz.server import Server, running_server

_EXAMPLES = 300


class Port(NamedTuple):
    """`check` raises BrokenPromise for what was `sent` to the server."""

    sent: st.SearchStrategy[bytes]
    check: Callable[[Server, bytes], None]


PORTS = {
    "door": Port(requests(), lambda server, sent: wire.check(server.port, sent)),
    grpc_port.NAME: Port(conversations(), grpc_port.check),
}


def fuzz(port: Port, seconds: float, crashes: Path) -> bool:
    """Until the time is over; False, and what was sent as a file, when it broke a promise."""
    until = time.monotonic() + seconds
    asked = 0
    with running_server() as server:
        while time.monotonic() < until:
            round_seed = int.from_bytes(os.urandom(4), "big")
            broken = _round(port, server, round_seed, until)
            asked += _EXAMPLES
            if broken is not None:
                sent, why = broken
                kept = crashes / f"crash-{hashlib.sha256(sent).hexdigest()[:16]}"
                kept.write_bytes(sent)
                print(f"{why}\n{sent[:500]!r}\nkept as {kept}")
                return False
    print(f"about {asked} connections")
    return True


def _round(port: Port, server: Server, round_seed: int, until: float) -> tuple[bytes, str] | None:
    last: list[tuple[bytes, str]] = []

    @seed(round_seed)
    @settings(
        max_examples=_EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(port.sent)
    def promised(sent: bytes) -> None:
        if time.monotonic() > until and not last:
            return
        try:
            port.check(server, sent)
        except BrokenPromise as broken:
            last.append((sent, str(broken)))
            raise

    try:
        promised()
    except BrokenPromise:
        # hypothesis ends with the smallest that it has found.
        return last[-1]
    return None
