"""A log that is kept to a size, with the times of its lines."""

import os
import re

from rehearsal.runtimes.process import log_file
from rehearsal.runtimes.process.log_file import LogFile


def test_times_stay_with_their_lines_when_the_log_is_cut(tmp_path, monkeypatch):
    monkeypatch.setattr(log_file, "MAX_BYTES", 12)
    log = LogFile(tmp_path / "log")
    descriptor = log.open()
    seen = {}
    for word in (b"one\n", b"two\n", b"three\n", b"four\n", b"five\n"):
        os.write(descriptor, word)
        log.tick()
        for line in log.read(timestamps=True).splitlines():
            at, text = line.split(" ")
            assert seen.setdefault(text, at) == at
    os.close(descriptor)
    assert list(seen) == ["one", "two", "three", "four", "five"]
    assert re.sub(r"\S+Z ", "", log.read(timestamps=True)) == log.read()
    assert log.read().endswith("four\nfive\n")
    assert not log.read().startswith("one")
    assert LogFile(tmp_path / "log").read(1, timestamps=True).startswith(seen["five"])


def test_of_a_line_that_is_longer_than_a_log_its_end_is_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(log_file, "MAX_BYTES", 12)
    log = LogFile(tmp_path / "log")
    log.say(f"first\n{'x' * 50}")
    assert log.read() == f"{'x' * 11}\n"
    log.say("then")
    assert log.read() == f"{'x' * 11}\nthen\n"
    assert len(log.read(timestamps=True).splitlines()) == 2
