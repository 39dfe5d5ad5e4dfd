"""Starting and stopping the rehearsal's process from outside."""

import shutil
import subprocess
import sys
import time
from pathlib import Path

import psutil

from rehearsal.core.errors import RehearsalError
from rehearsal.daemon.places import Places
from rehearsal.daemon.status import Status, running
from rehearsal.machine import disk, lock
from rehearsal.machine.own_command import advice
from rehearsal.runtimes.table import RUNTIMES, choose_runtime

_START_SECONDS = 60.0
_STOP_SECONDS = 60.0
_LOG_BYTES = 10 * 1024 * 1024


def start(
    places: Places, runtime_name: str, *, fresh: bool = False, azure_times: bool = False
) -> Status:
    """Put the rehearsal into the background and wait until all its doors answer.

    A rehearsal that is already running stays as it is. Raises RehearsalError with its last words.
    """
    if found := running(places.status):
        return _same_runtime(found, runtime_name)
    places.prepare()
    _trim_log(places.log)
    offset = places.log.stat().st_size if places.log.exists() else 0
    with places.log.open("ab") as log:
        process = subprocess.Popen(
            _command(places, runtime_name, fresh=fresh, azure_times=azure_times),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=places.state,
            start_new_session=True,
        )
    return _await(process, places, offset)


def stop(places: Places, *, purge: bool = False) -> bool:
    """End the rehearsal and whatever it runs; `purge` also removes its state. True if it ran."""
    found = running(places.status)
    process = found.pid if found else lock.holder(places.lock)
    if process is not None:
        _end(process)
    elif places.state.is_dir():
        _reap_orphans(places)
    if purge:
        shutil.rmtree(places.state, ignore_errors=True)
        _remove_if_empty(places.state.parent)
    return process is not None


def _same_runtime(found: Status, runtime_name: str) -> Status:
    if found.runtime != runtime_name:
        raise RehearsalError(
            f"The rehearsal runs with the runtime {found.runtime!r}, and {runtime_name!r} was asked for: "
            f"run {advice('stop')} first (its containers are then started by the other runtime)."
        )
    return found


def _command(places: Places, runtime_name: str, *, fresh: bool, azure_times: bool) -> list[str]:
    command = [sys.executable, "-m", "rehearsal.daemon"]
    command += ["--state", str(places.state), "--cache", str(places.cache)]
    flags = {"--fresh": fresh, "--azure-times": azure_times}
    return [*command, "--runtime", runtime_name, *(name for name, on in flags.items() if on)]


def _await(process: subprocess.Popen[bytes], places: Places, offset: int) -> Status:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        found = running(places.status)
        if found is not None and found.pid == process.pid:
            return found
        if process.poll() is not None:
            raise RehearsalError(_last_words(places.log, offset))
        time.sleep(0.05)
    process.kill()
    raise RehearsalError(
        f"The rehearsal did not open its doors within {_START_SECONDS:.0f} seconds; see {places.log}."
    )


def _last_words(log: Path, offset: int) -> str:
    with log.open("rb") as file:
        file.seek(offset)
        lines = file.read().decode(errors="replace").strip().splitlines()
    if not lines and not disk.has_room(log.parent):
        return disk.sentence(log.parent)
    return lines[-1] if lines else f"The rehearsal ended at once and wrote nothing to {log}."


def _end(pid: int) -> None:
    try:
        process = psutil.Process(pid)
        process.terminate()
    except psutil.NoSuchProcess:
        return
    try:
        process.wait(_STOP_SECONDS)
    except psutil.TimeoutExpired:
        process.kill()
        process.wait(_STOP_SECONDS)


def _reap_orphans(places: Places) -> None:
    """Containers of a rehearsal that was killed: they outlive it, so that a new start can adopt them."""
    for name in RUNTIMES:
        if (places.state / name).is_dir():
            choose_runtime(name, places.state, places.cache, places.trust).recover(())


def _trim_log(log: Path) -> None:
    if log.exists() and log.stat().st_size > _LOG_BYTES:
        log.replace(log.with_suffix(".log.1"))


def _remove_if_empty(folder: Path) -> None:
    try:
        folder.rmdir()
    except OSError:
        return
