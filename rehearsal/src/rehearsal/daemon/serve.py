"""The rehearsal's process: opens the doors, reports that, and waits for the signal to end."""

import logging
import os
import signal
import sqlite3
import threading
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import asdict

import psutil

from rehearsal.core.errors import RehearsalError
from rehearsal.daemon.compose import Rehearsal, compose
from rehearsal.daemon.places import Places
from rehearsal.daemon.status import Status, read
from rehearsal.machine import disk, lock
from rehearsal.machine.own_command import advice

_log = logging.getLogger(__name__)


def serve(
    places: Places, runtime_name: str, *, fresh: bool = False, azure_times: bool = False
) -> None:
    """Run until SIGTERM or SIGINT. Raises RehearsalError with a sentence when it cannot start."""
    try:
        _serve(places, runtime_name, fresh=fresh, azure_times=azure_times)
    except (OSError, sqlite3.Error) as problem:
        if disk.is_full(problem):
            raise RehearsalError(disk.sentence(places.state)) from problem
        raise


def _serve(places: Places, runtime_name: str, *, fresh: bool, azure_times: bool) -> None:
    places.prepare()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    end = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: end.set())
    with ExitStack() as closing:
        _hold_lock(places, closing)
        with ExitStack() as doors:
            rehearsal = compose(
                places, runtime_name, closing, doors, fresh=fresh, azure_times=azure_times
            )
            opened = _open(rehearsal, _known_ports(places))
            status = Status(pid=os.getpid(), started=_started(), runtime=runtime_name, doors=opened)
            status.write(places.status)
            _log.info("all doors are open: %s", asdict(status))
            end.wait()
            _log.info("stopping: the doors first, so that nobody starts a container meanwhile")
        rehearsal.arm.world.runtime.recover(())
    _log.info("stopped")


def _open(rehearsal: Rehearsal, ports: Mapping[str, int]) -> dict[str, int]:
    try:
        return rehearsal.open(ports)
    except OSError as problem:
        raise RehearsalError(
            f"A door of the rehearsal cannot be opened on its port ({problem}): stop what uses it, "
            f"or run {advice('stop --purge')} for a rehearsal with other ports."
        ) from problem


def _known_ports(places: Places) -> Mapping[str, int]:
    """The ports of the last start: an update that was under way finds the doors where they were."""
    last = read(places.status)
    return last.doors if last is not None else {}


def _hold_lock(places: Places, closing: ExitStack) -> None:
    if not lock.hold(places.lock, closing):
        raise RehearsalError(
            f"Another rehearsal uses {places.state}: stop it with {advice('stop')} first."
        )


def _started() -> float:
    return psutil.Process().create_time()
