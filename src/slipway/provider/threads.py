"""Work that blocks, beside the event loop: one thread each, so that no resource waits for another's.

Not a pool: services may wait for minutes, and how many do so at once is the engine's to say. Daemons, so that one
which still waits does not keep the process alive when the engine ends it.
"""

import asyncio
import contextvars
from collections.abc import Callable
from threading import Thread
from typing import TypeVar

Result = TypeVar("Result")


def in_thread(work: Callable[[], Result]) -> "asyncio.Future[Result]":
    """What `work` returns or raises, once it is done. It sees the caller's context variables."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[Result] = loop.create_future()

    def finish(settle: Callable[[], None]) -> None:
        def unless_abandoned() -> None:
            if not done.cancelled():
                settle()

        loop.call_soon_threadsafe(unless_abandoned)

    def run() -> None:
        try:
            result = work()
        except BaseException as error:
            raised = error
            finish(lambda: done.set_exception(raised))
        else:
            finish(lambda: done.set_result(result))

    Thread(target=contextvars.copy_context().run, args=(run,), daemon=True).start()
    return done
