"""A folder of programs is there whole or not at all."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from rehearsal.golang.install import alone, whole


def test_whole_or_not_at_all(tmp_path):
    target = tmp_path / "made"
    with alone(tmp_path), whole(target) as folder:
        (folder / "program").write_text("x")
        assert not target.exists()
    assert (target / "program").read_text() == "x"

    other = tmp_path / "other"

    def fail():
        with whole(other) as folder:
            (folder / "program").write_text("x")
            raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        fail()
    assert sorted(p.name for p in tmp_path.iterdir()) == [".lock", "made"]


KILLED = """
import sys, time
from pathlib import Path
from rehearsal.golang.install import alone, whole
cache = Path(sys.argv[1])
with alone(cache), whole(cache / "made") as folder:
    (folder / "program").write_text("half")
    print("ready", flush=True)
    time.sleep(60)
"""


def test_killed_half_way_it_can_be_run_again(tmp_path):
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, tmp_path], stdout=subprocess.PIPE, text=True
    ) as maker:
        assert maker.stdout.readline() == "ready\n"
        os.kill(maker.pid, signal.SIGKILL)
    assert not (tmp_path / "made").exists()
    with alone(tmp_path), whole(tmp_path / "made") as folder:
        (folder / "program").write_text("whole")
    assert (tmp_path / "made" / "program").read_text() == "whole"
    assert sorted(p.name for p in tmp_path.iterdir()) == [".lock", "made"]


def _make(cache):
    made = Path(cache) / "made"
    with alone(Path(cache)):
        if made.exists():
            return False
        with whole(made) as folder:
            (folder / "program").write_text("x")
            time.sleep(0.3)  # long enough for another to come in, were it let in
        return True


def test_two_at_once_make_it_once(tmp_path):
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        assert sorted(pool.map(_make, [str(tmp_path)] * 3)) == [False, False, True]
