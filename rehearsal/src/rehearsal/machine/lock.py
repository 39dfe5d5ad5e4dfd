"""One process at a time: a lock that the kernel releases however the process ends, and who holds it."""

import fcntl
import os
from contextlib import ExitStack
from pathlib import Path


def hold(path: Path, closing: ExitStack) -> bool:
    """Hold the lock until `closing` ends, and note our process in it; False when another process holds it."""
    lock = closing.enter_context(path.open("a+", encoding="ascii"))
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    lock.truncate(0)
    lock.write(f"{os.getpid()}\n")
    lock.flush()
    return True


def holder(path: Path) -> int | None:
    """The process that holds the lock; None when nobody does, or when nobody knows who."""
    try:
        with path.open(encoding="ascii") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except OSError:
                return int(lock.read())
    except (OSError, ValueError):
        return None
    return None
