"""A hash is of what is in the file now, and a file that rests is read once."""

import hashlib
import os
import time

import pytest

from slipway.folders.hashing import file_hash


def sha256(content):
    return hashlib.sha256(content).hexdigest()


@pytest.fixture
def later(monkeypatch):
    """The clock is an hour ahead of the files."""
    now = time.time_ns()
    monkeypatch.setattr("time.time_ns", lambda: now + 3600 * 10**9)


@pytest.fixture
def reads(monkeypatch):
    found, digest = [], hashlib.file_digest

    def counted(file, name):
        found.append(file.name)
        return digest(file, name)

    monkeypatch.setattr("hashlib.file_digest", counted)
    return found


@pytest.mark.usefixtures("later")
def test_a_file_that_rests_is_read_once(tmp_path, reads):
    path = tmp_path / "model.bin"
    path.write_bytes(b"one")
    assert file_hash(path) == file_hash(path) == sha256(b"one")
    assert len(reads) == 1


@pytest.mark.usefixtures("later")
def test_another_content_is_seen_though_size_and_time_are_the_same(tmp_path):
    path = tmp_path / "model.bin"
    path.write_bytes(b"one")
    os.utime(path, (1, 1))
    assert file_hash(path) == sha256(b"one")
    # On a file system whose clock has ticked since.
    before = path.stat().st_ctime_ns
    while path.stat().st_ctime_ns == before:
        path.write_bytes(b"two")
        os.utime(path, (1, 1))
    assert file_hash(path) == sha256(b"two")


def test_a_file_written_just_now_is_read_again(tmp_path, reads):
    path = tmp_path / "model.bin"
    path.write_bytes(b"one")
    now = path.stat().st_ctime_ns
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("time.time_ns", lambda: now)
        file_hash(path)
        file_hash(path)
    assert len(reads) == 2
