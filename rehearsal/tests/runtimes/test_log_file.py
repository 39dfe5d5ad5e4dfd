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
