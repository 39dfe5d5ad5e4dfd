"""One lock per resource: two writes of the same resource never run together."""

import threading
from collections import defaultdict


class Locks:
    """Locks by id; a lock may be released by another thread than the one that took it."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)

    def take(self, key: str, *, wait_seconds: float) -> bool:
        """Whether the lock was taken in time."""
        with self._guard:
            lock = self._locks[key]
        return lock.acquire(timeout=wait_seconds) if wait_seconds else lock.acquire(blocking=False)

    def release(self, key: str) -> None:
        """Release the lock."""
        with self._guard:
            self._locks[key].release()
