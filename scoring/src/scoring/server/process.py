"""One serving process: the event loop in a thread of its own, `run()` in the main thread.

The main thread is where `init()` was called; entry scripts keep things (SQLite connections, signal handlers,
thread-local sessions) that only work there.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import socket
import threading

from scoring import assembly
from scoring.server.listener import Listener
from scoring.service import Service

logger = logging.getLogger("scoring")

try:
    from uvloop import new_event_loop
except ImportError:  # not made for this platform
    from asyncio import new_event_loop


class ServingProcess:
    """`run()` blocks until SIGTERM or SIGINT has been followed to its end; returns the exit code."""

    def __init__(self, service: Service, listening: socket.socket) -> None:
        self._service = service
        self._listening = listening
        self._failure: BaseException | None = None
        self._stop = asyncio.Event()

    def run(self) -> int:
        signals = _signal_pipe()
        service = self._service
        service.executor.start(spare=1)
        thread = threading.Thread(target=self._loop, args=(signals,), name="http")
        thread.start()
        service.executor.work()
        thread.join()
        if self._failure is not None:
            raise self._failure
        return 0

    def _loop(self, signals: socket.socket) -> None:
        try:
            with asyncio.Runner(loop_factory=new_event_loop) as runner:
                runner.run(self._serve(signals))
        except BaseException as error:
            self._failure = error
        finally:
            self._service.executor.stop()

    async def _serve(self, signals: socket.socket) -> None:
        asyncio.get_running_loop().add_reader(signals, self._signalled, signals)
        service, settings = self._service, self._service.settings
        listener = Listener(
            assembly.application(service),
            self._listening,
            settings.tls_certificate,
            settings.tls_key,
        )
        await service.start()
        serving = asyncio.create_task(listener.serve())
        host, port = self._listening.getsockname()[:2]
        scheme = "https" if settings.tls_certificate else "http"
        logger.info("Ready on %s://%s:%s", scheme, host, port)
        stopping = asyncio.create_task(self._stop.wait())
        await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if not serving.done():
            await self._drain()
            listener.stop()
        await serving
        await service.stop()

    async def _drain(self) -> None:
        service, settings = self._service, self._service.settings
        service.draining = True
        logger.info("Stopping: not ready, answering for %s more seconds", settings.drain_seconds)
        await asyncio.sleep(settings.drain_seconds)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(settings.shutdown_seconds):
                while not service.executor.idle:
                    await asyncio.sleep(0.01)

    def _signalled(self, signals: socket.socket) -> None:
        signals.recv(64)
        self._stop.set()


def _signal_pipe() -> socket.socket:
    """Readable when SIGTERM or SIGINT comes, even while the main thread computes in C code."""
    reading, writing = socket.socketpair()
    reading.setblocking(False)
    writing.setblocking(False)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    signal.set_wakeup_fd(writing.detach(), warn_on_full_buffer=False)
    return reading
