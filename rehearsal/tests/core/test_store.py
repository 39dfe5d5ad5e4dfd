"""The state file: durable, private, and never overwritten when it is damaged."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading

import pytest

from rehearsal.core import database
from rehearsal.core.errors import RehearsalError
from rehearsal.core.store import Store

WRITER = """
import sys
from pathlib import Path
from rehearsal.core.store import Store
store = Store(Path(sys.argv[1]))
for number in range(100_000):
    store.set_setting(f"n{number}", str(number))
    print(number, flush=True)
"""


def test_what_was_acknowledged_survives_a_kill(tmp_path):
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    told = [int(writer.stdout.readline()) for _ in range(20)][-1]
    os.kill(writer.pid, signal.SIGKILL)
    writer.communicate()
    store = Store(tmp_path)
    assert [store.setting(f"n{number}") for number in range(told + 1)] == [
        str(n) for n in range(told + 1)
    ]
    store.close()


@pytest.mark.parametrize(
    "damage", [b"not a database at all", b"SQLite format 3\0" + b"\xff" * 4096]
)
def test_a_damaged_file_is_put_aside_and_never_overwritten(tmp_path, damage):
    (tmp_path / database.FILE_NAME).write_bytes(damage)
    with pytest.raises(RehearsalError, match="is damaged and was put aside") as refusal:
        Store(tmp_path)
    assert "slipway-rehearsal start --fresh" in str(refusal.value)
    (aside,) = tmp_path.glob("state.db.corrupt-*")
    assert aside.read_bytes() == damage
    with pytest.raises(RehearsalError, match=aside.name):
        Store(tmp_path)
    fresh = Store(tmp_path, fresh=True)
    assert list(fresh.list()) == []
    fresh.close()
    Store(tmp_path).close()
    assert aside.read_bytes() == damage


def test_fresh_keeps_the_old_file_aside(tmp_path):
    old = Store(tmp_path)
    old.set_setting("key", "value")
    old.close()
    fresh = Store(tmp_path, fresh=True)
    assert fresh.setting("key") is None
    fresh.close()
    (kept,) = [
        path for path in tmp_path.glob("state.db.kept-*") if path.suffix not in ("-wal", "-shm")
    ]
    found = sqlite3.connect(kept)
    assert found.execute("SELECT value FROM settings").fetchone() == ("value",)
    found.close()


def test_another_process_may_look_and_order_but_never_moves_the_file(tmp_path):
    daemon = Store(tmp_path)
    other = Store(tmp_path, attach=True)
    other.set_setting("key", "value")
    assert daemon.setting("key") == "value"
    other.close()
    daemon.close()
    (tmp_path / database.FILE_NAME).write_bytes(b"damaged" * 1000)
    with pytest.raises(RehearsalError, match="damaged"):
        Store(tmp_path, attach=True)
    assert (tmp_path / database.FILE_NAME).exists()


def test_many_threads_write_at_once(tmp_path):
    store = Store(tmp_path)

    def write(name):
        for number in range(10):
            store.set_setting(f"{name}-{number}", "x")

    threads = [threading.Thread(target=write, args=(name,)) for name in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(store.rows("SELECT key FROM settings")) == 80
    store.close()
