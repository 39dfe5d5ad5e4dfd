"""Stopping a call that runs in another thread, as far as Python lets one.

The exception is raised at the thread's next bytecode; a call that stays inside C code goes on until it returns.
"""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable
from typing import Any


class Interrupted(BaseException):
    """Raised inside user code whose time is over; not an Exception, so that `except Exception` lets it through."""


class Interruptible:
    """A call that another thread may stop. The lock makes sure that only this call is hit, never the next."""

    __slots__ = ("_lock", "_struck", "_thread", "error")

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._thread: int | None = None
        self._struck = False
        self.error: BaseException | None = None

    def call(self, function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
        self._thread = threading.get_ident()
        try:
            return function(*arguments)
        finally:
            self._leave()

    def interrupt(self) -> None:
        with self._lock:
            if self._thread is not None:
                self._struck = True
                _raise_in(self._thread, Interrupted)

    def _leave(self) -> None:
        with self._lock:
            thread, self._thread = self._thread, None
            if self._struck and thread is not None:
                _raise_in(thread, None)


def _raise_in(thread: int, exception: type[BaseException] | None) -> None:
    target = None if exception is None else ctypes.py_object(exception)
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), target)
