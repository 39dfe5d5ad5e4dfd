"""Memory after many requests of all kinds; the million is `make soak`."""

import asyncio

import psutil

from scoring.load import loops, target

SCRIPT = """
import json
def init(): pass
def run(raw):
    return json.loads(raw)["data"]
"""
# What the allocator keeps wanders by some 15 MiB in the first seconds; a body kept of each request
# makes several times as much.
ROUNDS, SECONDS, ALLOWED_BYTES = 4, 1.0, 32 * 2**20


def test_memory_stays_where_it_is(start_server, tmp_path):
    server = start_server(
        SCRIPT,
        SLIPWAY_COLLECT=str(tmp_path),
        SLIPWAY_COLLECT_QUEUE_LENGTH="40",
        SLIPWAY_ACCESS_LOG="false",
    )
    process = psutil.Process(server.process.pid)
    resident = []
    for _ in range(ROUNDS):
        for body in (b'{"data": [1, 2, 3]}', b"{}", b'{"data": "' + b"x" * 50_000 + b'"}'):
            aim = target.build(server.url + "/score", body, {}, allow_remote=False)
            found = asyncio.run(loops.closed(aim, 8, SECONDS / 3, 30))
            assert found.answered
            assert not found.failures
        resident.append(process.memory_info().rss)
    assert resident[-1] - resident[0] < ALLOWED_BYTES, resident
