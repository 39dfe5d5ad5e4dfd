"""A new door is a line in the table: it is opened, shown and given its variables."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from rehearsal.doors import table
from rehearsal.doors.kind import DoorKind

COMMANDS = Path(__file__).parents[1] / "processes" / "made_up_door.py"


@pytest.fixture
def run(tmp_path):
    """The commands of a rehearsal with a made-up door, which serves in the foreground."""
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith("ARM_")},
        "XDG_STATE_HOME": str(tmp_path / "state"),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
    }

    def command(*arguments):
        words = [sys.executable, str(COMMANDS), *arguments]
        done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
        return done.stdout if done.returncode == 0 else None

    served = subprocess.Popen(
        [sys.executable, str(COMMANDS), "serve"], env=environment, stderr=subprocess.DEVNULL
    )
    deadline = time.monotonic() + 60
    while command("status") is None:
        assert served.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.1)
    yield command
    served.send_signal(signal.SIGTERM)
    assert served.wait(30) == 0


def test_a_new_door_needs_its_line_and_nothing_else(run):
    ports = json.loads(run("status", "--json"))["doors"]
    assert set(ports) == {"arm", "azure_native", "docker_build", "bell"}
    assert f"doorbell      tcp://127.0.0.1:{ports['bell']}\n" in run("status")
    variables = json.loads(run("env", "--json"))
    assert variables["BELL"] == f"{variables['ARM_TENANT_ID']}@{ports['bell']}"
    assert variables["PULUMI_DEBUG_PROVIDERS"].split(",") == [
        f"azure-native:{ports['azure_native']}",
        f"docker-build:{ports['docker_build']}",
        f"bell:{ports['bell']}",
    ]
    socket.create_connection(("127.0.0.1", ports["bell"]), timeout=5).close()


def test_every_door_has_a_name_of_its_own():
    names = [kind.name for kind in table.DOORS]
    assert len(set(names)) == len(names)
    assert all("{port}" in kind.address for kind in table.DOORS if isinstance(kind, DoorKind))
