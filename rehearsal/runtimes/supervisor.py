"""`python -m rehearsal.runtimes.supervisor FOLDER`: runs one container and restarts it as its policy says.

A process of its own, in a session of its own, so that containers outlive a killed rehearsal, which finds their
state in the status file when it comes back.
"""

import ctypes
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil

from rehearsal.runtimes.container_files import ContainerFiles, ContainerStatus
from rehearsal.runtimes.probing import ProbePlan, passes

_TICK_SECONDS = 0.05
_MEMORY_SECONDS = 1.0
# Until its first success a readiness probe is asked more often than ACI asks: waiting would only cost time.
_EAGER_SECONDS = 0.1
_GRACE_SECONDS = 30.0
_MAX_LOG_BYTES = 16 * 1024 * 1024
_BACK_OFF_SECONDS = (1.0, 2.0, 5.0, 10.0, 30.0)
_OUT_OF_MEMORY = 137
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What to run, as the runtime wrote it."""

    argv: list[str]
    env: dict[str, str]
    cwd: str
    restart_policy: str
    memory_bytes: int
    cpus: list[int]
    liveness: ProbePlan | None
    readiness: ProbePlan | None

    @classmethod
    def read(cls, path: Path) -> "Plan":
        document: dict[str, Any] = json.loads(path.read_text())
        for name in ("liveness", "readiness"):
            document[name] = ProbePlan(**document[name]) if document[name] else None
        return cls(**document)


class Supervisor:
    """One container, until it is told to stop or its policy lets it end."""

    def __init__(self, files: ContainerFiles) -> None:
        self._files = files
        self._plan = Plan.read(files.plan)
        self._status = ContainerStatus()
        self._stopping = threading.Event()

    def run(self) -> None:
        """Start, watch, restart."""
        signal.signal(signal.SIGTERM, lambda *_: self._stopping.set())
        while not self._stopping.is_set():
            code, detail = self._run_once()
            self._say(
                state="Terminated", ready=False, exit_code=code, detail=detail, finished_at=_now()
            )
            if not self._restarts(code) or self._stopping.wait(self._back_off()):
                return
            self._say(restart_count=self._status.restart_count + 1)

    def _run_once(self) -> tuple[int, str]:
        with self._files.log.open("ab") as log:
            try:
                process = subprocess.Popen(
                    self._plan.argv,
                    env=self._plan.env,
                    cwd=self._plan.cwd,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    preexec_fn=self._in_child(),
                )
            except OSError as problem:
                log.write(f"cannot start {self._plan.argv[0]}: {problem}\n".encode())
                return 127, str(problem)
        self._say(state="Running", ready=self._plan.readiness is None, started_at=_now())
        return self._watch(process)

    def _watch(self, process: "subprocess.Popen[bytes]") -> tuple[int, str]:
        detail = ""
        watches = self._watches(process)
        while process.poll() is None:
            if self._stopping.is_set():
                _end(process)
                break
            for watch in watches:
                detail = watch() or detail
            time.sleep(_TICK_SECONDS)
        code = process.wait()
        if detail == "OOMKilled":
            return _OUT_OF_MEMORY, detail
        return (128 - code if code < 0 else code), detail

    def _watches(self, process: "subprocess.Popen[bytes]") -> list[Callable[[], str]]:
        watches: list[Callable[[], str]] = [
            _every(_MEMORY_SECONDS, lambda: self._within_memory(process)),
            _every(_MEMORY_SECONDS, lambda: _cap(self._files.log)),
        ]
        if self._plan.readiness is not None:
            watches.append(self._readiness(self._plan.readiness))
        if self._plan.liveness is not None:
            watches.append(self._liveness(self._plan.liveness, process))
        return watches

    def _readiness(self, probe: ProbePlan) -> Callable[[], str]:
        failed = 0
        due = time.monotonic() + probe.initial_delay

        def watch() -> str:
            nonlocal failed, due
            if time.monotonic() < due:
                return ""
            ready = passes(probe, self._plan.env, self._plan.cwd)
            failed = 0 if ready else failed + 1
            due = time.monotonic() + (probe.period if self._status.ready else _EAGER_SECONDS)
            if ready != self._status.ready and (ready or failed >= probe.failures):
                self._say(ready=ready)
            return ""

        return watch

    def _liveness(self, probe: ProbePlan, process: "subprocess.Popen[bytes]") -> Callable[[], str]:
        failed = 0
        due = time.monotonic() + probe.initial_delay + probe.period

        def watch() -> str:
            nonlocal failed, due
            if time.monotonic() < due:
                return ""
            due = time.monotonic() + probe.period
            failed = 0 if passes(probe, self._plan.env, self._plan.cwd) else failed + 1
            if failed < probe.failures:
                return ""
            _end(process)
            return "the liveness probe failed"

        return watch

    def _within_memory(self, process: "subprocess.Popen[bytes]") -> str:
        if _resident(process.pid) <= self._plan.memory_bytes:
            return ""
        process.kill()
        return "OOMKilled"

    def _restarts(self, code: int) -> bool:
        policy = self._plan.restart_policy
        return policy == "Always" or (policy == "OnFailure" and code != 0)

    def _back_off(self) -> float:
        return _BACK_OFF_SECONDS[min(self._status.restart_count, len(_BACK_OFF_SECONDS) - 1)]

    def _say(self, **changes: Any) -> None:
        self._status = replace(self._status, **changes)
        self._status.write(self._files.status)

    def _in_child(self) -> Callable[[], None]:
        """Affinity, and death with the supervisor: a container must not outlive whoever restarts it."""
        cpus, parent = self._plan.cpus, os.getpid()
        libc = ctypes.CDLL(None) if sys.platform == "linux" else None

        def prepare() -> None:
            if libc is not None:
                libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
                if os.getppid() != parent:
                    os._exit(1)
            if cpus and hasattr(os, "sched_setaffinity"):
                os.sched_setaffinity(0, cpus)

        return prepare


def _every(seconds: float, watch: Callable[[], str]) -> Callable[[], str]:
    due = time.monotonic() + seconds

    def limited() -> str:
        nonlocal due
        if time.monotonic() < due:
            return ""
        due = time.monotonic() + seconds
        return watch()

    return limited


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(_GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()


def _resident(pid: int) -> int:
    """Resident bytes of a process and its children."""
    try:
        process = psutil.Process(pid)
        family = [process, *process.children(recursive=True)]
    except psutil.Error:
        return 0
    total = 0
    for member in family:
        try:
            total += member.memory_info().rss
        except psutil.Error:
            continue
    return total


def _cap(log: Path) -> str:
    """Copy and truncate: the container holds the file open, in append mode."""
    if log.exists() and log.stat().st_size > _MAX_LOG_BYTES:
        shutil.copyfile(log, log.with_suffix(".1"))
        os.truncate(log, 0)
    return ""


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


if __name__ == "__main__":
    Supervisor(ContainerFiles(Path(sys.argv[1]))).run()
