"""One serving process: the event loop in a thread of its own, `run()` in the main thread.

The main thread is where `init()` was called; entry scripts keep things (SQLite connections, signal handlers,
thread-local sessions) that only work there.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Sequence

from scoring import assembly
from scoring.ending import Ending
from scoring.http.app import Application
from scoring.server import census, stuck
from scoring.server.connections import Rules, Traffic
from scoring.server.keeper import Keeper
from scoring.server.listener import Listener
from scoring.server.loop import EventLoop
from scoring.server.tls import PLAIN, TlsFiles
from scoring.server.watch import Watch
from scoring.service import Service

logger = logging.getLogger("scoring")

# What is answered at the last moment has this long to reach its clients.
_LAST_ANSWERS_SECONDS = 0.25
# At the very end, a run() that was interrupted has this long to leave.
_LAST_RUN_SECONDS = 2.0
_FAREWELL_SECONDS = 0.5
_LOOK_SECONDS = 0.01


class ServingProcess:
    """All doors (listening sockets) give the same answers. `run()` blocks until SIGTERM or SIGINT has been followed.

    `farewell(seconds)` is called before the process is ended from within, with nobody to return to.
    """

    def __init__(
        self,
        service: Service,
        doors: Sequence[socket.socket],
        tls: TlsFiles | None,
        farewell: Callable[[float], None],
    ) -> None:
        self._service = service
        self._doors = doors
        self._tls = tls
        self._farewell = farewell
        self._failure: BaseException | None = None
        self._worked = threading.Event()

    def run(self) -> None:
        """Raises what made the server end by itself."""
        signals = _signal_pipe()
        executor = self._service.executor
        executor.start(spare=1)
        thread = threading.Thread(target=self._loop, args=(signals,), name="http")
        thread.start()
        executor.work()
        self._worked.set()
        thread.join()
        if self._failure is not None:
            raise self._failure

    def _loop(self, signals: socket.socket) -> None:
        try:
            with asyncio.Runner(loop_factory=EventLoop) as runner:
                runner.run(self._serve(signals))
        except BaseException as error:
            self._failure = error
        finally:
            self._service.executor.stop()
            left = self._service.ending.over_by - time.monotonic() - _FAREWELL_SECONDS
            if not self._worked.wait(max(min(left, _LAST_RUN_SECONDS), 0)):
                # The main thread cannot be made to leave code that does not come back from C.
                logger.warning("run() does not end; the process ends without it")
                self._farewell(_FAREWELL_SECONDS)
                os._exit(0)

    async def _serve(self, signals: socket.socket) -> None:
        stopping = asyncio.Event()
        loop = asyncio.get_running_loop()

        def stop() -> None:
            # Nobody reads what stands in there: left alone, it would wake the loop up without end.
            loop.remove_reader(signals)
            stopping.set()

        loop.add_reader(signals, stop)
        service = self._service
        application = assembly.application(service)
        listeners = self._listeners(application)
        if self._tls is not None:
            service.companions.append(_certificate_watch(self._tls, listeners))
        service.companions.append(stuck.watch(service))
        await service.start()
        self._announce()
        for listener in listeners:
            listener.start()
        keeper = self._keeper(application)
        await stopping.wait()
        await self._end(application, listeners)
        if keeper is not None:
            keeper.stop()

    def _listeners(self, application: Application) -> list[Listener]:
        """The first one's connections are limited; the health port's are not."""
        tls = PLAIN if self._tls is None else self._tls.context()
        first, *others = self._doors
        places = self._service.settings.max_connections
        limited = Listener(application, first, tls, places)
        return [limited, *(Listener(application, door, tls) for door in others)]

    def _keeper(self, application: Application) -> Keeper | None:
        """Looks after the connections of all ports, where the system shows them."""
        if not census.is_possible():
            return None
        service, settings = self._service, self._service.settings
        http, *health = (door.getsockname()[1] for door in self._doors)
        grpc = [door.port for door in service.doors]
        rules = Rules(
            settings.head_read_timeout_seconds,
            settings.keep_alive_seconds,
            settings.max_connections,
            frozenset([http, *grpc]),
        )

        def traffic() -> Traffic:
            # In this order: who is answered in between is still among the busy.
            sending, busy = application.sending(), service.busy_clients()
            return Traffic(service.heard_clients(), busy, sending)

        keeper = Keeper(
            rules,
            [http, *health, *grpc],
            {http: self._doors[0]},
            traffic,
            service.closed,
            service.open_connections,
        )
        keeper.start()
        return keeper

    def _announce(self) -> None:
        scheme = "http" if self._tls is None else "https"
        for door, said in zip(self._doors, ("Ready on", "Health also on"), strict=False):
            host, port = door.getsockname()[:2]
            shown = f"[{host}]" if ":" in host else host
            logger.info("%s %s://%s:%s", said, scheme, shown, port, extra={"port": port})

    async def _end(self, application: Application, listeners: list[Listener]) -> None:
        """Not ready at once; answers until load balancers have noticed; then only what is in flight."""
        service, settings = self._service, self._service.settings
        ending = service.ending = Ending.begun(settings.grace_seconds, settings.drain_seconds)
        ending.enforce(self._farewell)
        service.draining = True
        logger.info("Stopping: not ready; still answering for %g s", settings.drain_seconds)
        for listener in listeners:
            listener.let_go()
        await _until(ending.drained_at)
        # From here on nobody new: under load there would be no end. gRPC's channels are told to go elsewhere.
        closing = asyncio.create_task(service.close())
        await asyncio.gather(*(listener.shut() for listener in listeners))
        while service.in_progress and time.monotonic() < ending.answered_by:
            await asyncio.sleep(_LOOK_SECONDS)
        application.give_up()
        service.executor.abandon()
        await asyncio.gather(*(listener.ended(_LAST_ANSWERS_SECONDS) for listener in listeners))
        await closing
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(ending.over_by - time.monotonic()):
                await service.stop()


async def _until(moment: float) -> None:
    await asyncio.sleep(max(moment - time.monotonic(), 0))


def _certificate_watch(files: TlsFiles, listeners: list[Listener]) -> Watch:
    async def look() -> None:
        if files.changed():
            for listener in listeners:
                listener.replace_tls(files.context())
            logger.info("TLS certificate has been replaced")

    return Watch(look)


def _signal_pipe() -> socket.socket:
    """Readable when SIGTERM or SIGINT comes, even while the main thread computes in C code."""
    reading, writing = socket.socketpair()
    reading.setblocking(False)
    writing.setblocking(False)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    signal.set_wakeup_fd(writing.detach(), warn_on_full_buffer=False)
    return reading
