"""Puts a folder of programs into place whole, or not at all."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rehearsal.golang.report import say

_HALF_MADE = ".making-"


@contextmanager
def alone(cache: Path) -> Iterator[None]:
    """One at a time. The lock is the kernel's, so that it goes with its holder, however that ends."""
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another process is obtaining the toolchain; waiting for it.")
            fcntl.flock(lock, fcntl.LOCK_EX)
        for left in cache.glob(f"{_HALF_MADE}*"):  # by one that was killed
            shutil.rmtree(left, ignore_errors=True)
        yield


@contextmanager
def whole(target: Path) -> Iterator[Path]:
    """An empty folder that becomes `target` when the block ends well. Call it under `alone`."""
    making = Path(tempfile.mkdtemp(prefix=_HALF_MADE, dir=target.parent))
    try:
        yield making
        making.chmod(0o755)
        _to_disk(making)
        making.rename(target)
    finally:
        shutil.rmtree(making, ignore_errors=True)


def _to_disk(folder: Path) -> None:
    """After a power cut there must be no folder with empty programs in it."""
    for path in [*folder.rglob("*"), folder]:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
