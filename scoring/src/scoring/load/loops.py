"""Closed loop: each connection asks again when it has its answer. Open loop: requests come at a given rate,
whatever the server does, and waiting for a free connection is part of their latency (no coordinated omission).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from scoring.load.connection import Broken, Connection, Target, connect
from scoring.load.measurement import Measurement

_RECONNECT_PAUSE_SECONDS = 0.05


async def closed(target: Target, connections: int, seconds: float, timeout: float) -> Measurement:
    """Raises OSError when the first connection cannot be made."""
    found = Measurement()
    async with _pool(target, connections) as pool:
        started = time.perf_counter()
        end = started + seconds
        await asyncio.gather(*(_ask_until(end, first, target, timeout, found) for first in pool))
        found.elapsed = time.perf_counter() - started
    return found


async def open_(
    target: Target, connections: int, seconds: float, timeout: float, rate: float
) -> Measurement:
    """`rate` in requests per second. Raises OSError when the first connection cannot be made."""
    found = Measurement()
    due: asyncio.Queue[float] = asyncio.Queue()
    async with _pool(target, connections) as pool:
        started = time.perf_counter()
        workers = [
            asyncio.create_task(_ask_due(due, first, target, timeout, found)) for first in pool
        ]
        await _arrive(due, started, seconds, rate)
        # What has come until the end is still answered, for as long as one request may take.
        try:
            async with asyncio.timeout(timeout):
                await due.join()
        except TimeoutError:
            found.unsent = due.qsize()
        found.elapsed = time.perf_counter() - started
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
    return found


async def _arrive(due: asyncio.Queue[float], started: float, seconds: float, rate: float) -> None:
    for number in range(int(rate * seconds)):
        moment = started + number / rate
        pause = moment - time.perf_counter()
        if pause > 0:
            await asyncio.sleep(pause)
        elif number % 64 == 0:
            await asyncio.sleep(0)
        due.put_nowait(moment)


async def _ask_due(
    due: asyncio.Queue[float],
    connection: Connection,
    target: Target,
    timeout: float,
    found: Measurement,
) -> None:
    while True:
        moment = await due.get()
        connection = await _ask(connection, target, moment, timeout, found)
        due.task_done()


async def _ask_until(
    end: float, connection: Connection, target: Target, timeout: float, found: Measurement
) -> None:
    while (now := time.perf_counter()) < end:
        connection = await _ask(connection, target, now, min(timeout, end - now + 1), found)


async def _ask(
    connection: Connection, target: Target, since: float, timeout: float, found: Measurement
) -> Connection:
    """Asks once; gives the connection to go on with."""
    try:
        if connection.closed:
            connection = await connect(target)
        async with asyncio.timeout(timeout):
            status, size = await connection.ask()
        found.add(time.perf_counter() - since, status, size)
    except (TimeoutError, Broken, OSError) as error:
        found.failures[_kind(error)] += 1
        connection.close()
        await asyncio.sleep(_RECONNECT_PAUSE_SECONDS)
    return connection


def _kind(error: Exception) -> str:
    return "timeout" if isinstance(error, TimeoutError) else str(error) or type(error).__name__


@asynccontextmanager
async def _pool(target: Target, count: int) -> AsyncIterator[list[Connection]]:
    pool: list[Connection] = []
    try:
        for _ in range(count):
            pool.append(await connect(target))
        yield pool
    finally:
        for connection in pool:
            connection.close()
