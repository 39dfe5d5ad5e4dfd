"""The grpcio server behind the relay: watched, and followed by another one when its loop ends.

That loop takes all calls. A defect in what it does for one call ends it, while everything else looks well.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import grpc

logger = logging.getLogger("scoring.grpc")

_LOOP = "_server_main_loop"
# The next one comes at once, unless this one lived shorter.
_SHORT_LIFE_SECONDS = 1.0
# Calls that the last one had taken have this long.
_PATIENCE_SECONDS = 60.0


class Backend:
    """`make()` gives a server that only needs to be started. Lives on one event loop."""

    def __init__(self, make: Callable[[], grpc.aio.Server]) -> None:
        self._make = make
        self._server: grpc.aio.Server | None = None
        self._born = 0.0
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def serving(self) -> bool:
        """Calls are taken."""
        return self._server is not None

    async def start(self) -> None:
        server = self._make()
        before = asyncio.all_tasks()
        await server.start()
        self._server = server
        self._born = time.monotonic()
        # grpcio shows this task to nobody; what it tells of its end comes only when all calls have ended.
        loops = [task for task in asyncio.all_tasks() - before if _name(task).endswith(_LOOP)]
        for loop in loops or [asyncio.create_task(_termination(server))]:
            loop.add_done_callback(partial(self._ended, server))

    async def stop(self) -> None:
        """At once; calls that are open are cancelled."""
        server, self._server = self._server, None
        for task in self._tasks:
            task.cancel()
        if server is not None:
            await server.stop(None)

    def _ended(self, server: grpc.aio.Server, loop: asyncio.Task[Any]) -> None:
        error = None if loop.cancelled() else loop.exception()
        if self._server is not server:
            return
        self._server = None
        logger.error("The gRPC server has ended; another one is started", exc_info=error)
        task = asyncio.get_running_loop().create_task(self._followed(server))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _followed(self, server: grpc.aio.Server) -> None:
        if time.monotonic() - self._born < _SHORT_LIFE_SECONDS:
            await asyncio.sleep(_SHORT_LIFE_SECONDS)
        while True:
            try:
                await self.start()
                break
            except Exception:
                logger.exception("The gRPC server cannot be started again; it is tried once more")
                await asyncio.sleep(_SHORT_LIFE_SECONDS)
        with contextlib.suppress(Exception):
            await server.stop(_PATIENCE_SECONDS)


async def _termination(server: grpc.aio.Server) -> None:
    await server.wait_for_termination()


def _name(task: asyncio.Task[Any]) -> str:
    return str(getattr(task.get_coro(), "__qualname__", ""))
