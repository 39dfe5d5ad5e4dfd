"""A process is known by its number and when it began, so that no other is ever taken for it."""

import os
import sys

import msgspec
import pytest

from rehearsal.cluster import processes
from rehearsal.cluster.places import ClusterPlaces
from rehearsal.cluster.processes import Command

SLEEPS = [sys.executable, "-c", "import time; print('started', flush=True); time.sleep(600)"]
DEAF = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)",
]


@pytest.fixture
def places(tmp_path):
    made = ClusterPlaces(tmp_path, tmp_path)
    yield made
    for name in processes.names(made):
        processes.stop(made, name, 0)


@pytest.mark.parametrize("command", [SLEEPS, DEAF], ids=["willing", "deaf"])
def test_it_is_started_and_ended(places, until, command):
    processes.start(places, Command("one", command))
    assert processes.names(places) == ["one"]
    until(lambda: processes.last_words(places, "one"))
    pid = processes.running(places, "one").pid
    assert os.getsid(pid) == pid
    processes.stop(places, "one", 1)
    assert processes.running(places, "one") is None
    assert processes.names(places) == []


def test_another_with_its_number_is_left_alone(places):
    processes.start(places, Command("one", SLEEPS))
    file = places.processes / "one"
    kept = file.read_bytes()
    record = msgspec.json.decode(kept)
    file.write_bytes(msgspec.json.encode({**record, "started": record["started"] - 100}))
    assert processes.running(places, "one") is None
    processes.stop(places, "one", 1)
    file.write_bytes(kept)
    assert processes.running(places, "one") is not None
