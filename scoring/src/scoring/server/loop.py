"""The event loop, taking calls from other threads in bulk.

Granian's threads call in twice for each request. uvloop makes a handle for each call and wakes itself up for each;
here all calls that have come in since the loop looked last are one handle and one wake-up.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from contextvars import Context
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from asyncio import SelectorEventLoop as _Loop
else:
    try:
        from uvloop import Loop as _Loop
    except ImportError:  # not made for this platform
        from asyncio import SelectorEventLoop as _Loop


class Immediate:
    """A callback that is called in the thread that hands it over, instead of on the event loop."""

    __slots__ = ()

    def __call__(self, *args: Any) -> object:
        raise NotImplementedError


_Call = tuple[Callable[..., object], tuple[Any, ...], Context | None]


class EventLoop(_Loop):
    """uvloop's where there is one."""

    def __init__(self) -> None:
        self._calls: deque[_Call] = deque()
        self._called = False
        self._handle: Any = None
        super().__init__()

    def call_soon_threadsafe(  # type: ignore[override]  # typeshed ties args to the callback; nobody is served by that here
        self, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> asyncio.Handle:
        """The handle that comes back is shared: such a call cannot be taken back."""
        if isinstance(callback, Immediate):
            callback(*args)
            return self._handle  # type: ignore[no-any-return]  # nobody takes these back either
        self._calls.append((callback, args, context))
        if not self._called:
            self._called = True
            self._handle = super().call_soon_threadsafe(self._take_calls)
        return self._handle  # type: ignore[no-any-return]  # None until the first one is there

    def _take_calls(self) -> None:
        # Cleared first: a call that comes in from now on wakes the loop again, whether it is still met here or not.
        self._called = False
        calls = self._calls
        for _ in range(len(calls)):
            callback, args, context = calls.popleft()
            try:
                if context is None:
                    callback(*args)
                else:
                    context.run(callback, *args)
            except (SystemExit, KeyboardInterrupt):
                raise
            except BaseException as error:
                self.call_exception_handler({"message": f"{callback!r} failed", "exception": error})
