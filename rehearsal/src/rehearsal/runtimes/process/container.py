"""One container as a process: its folder, its runs, and the thread that keeps watch over it."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from rehearsal.core.containers import ContainerSpec, ContainerState, Probe
from rehearsal.runtimes import probing
from rehearsal.runtimes.probing import ProbeState
from rehearsal.runtimes.process import record
from rehearsal.runtimes.process.container_folder import ContainerFolder
from rehearsal.runtimes.process.launch import CannotRunError, Launch
from rehearsal.runtimes.process.process_group import KILLED, ProcessGroup, Started
from rehearsal.runtimes.process.record import Record

TICK_SECONDS = 0.1
GRACE_SECONDS = 10.0
_BACK_OFF_MAX = 60.0
_CALM_SECONDS = 600.0
_MEMORY_EVERY, _ADDRESS_EVERY = 0.5, 2.0
_COMMAND_NOT_FOUND = 127


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What a container needs to be run again and again."""

    spec: ContainerSpec
    ip: str
    restart_policy: str
    cpus: frozenset[int]
    fingerprint: str
    back_off: float = 1.0
    """Seconds before the first restart; doubled each time, up to a minute."""


class Container:
    """Runs a container; `prepare` makes the launch anew for every run. Thread-safe."""

    def __init__(
        self, settings: Settings, folder: ContainerFolder, prepare: Callable[[], Launch]
    ) -> None:
        self._settings = settings
        self._folder = folder
        self._prepare = prepare
        self._lock = threading.RLock()
        self._leaving = threading.Event()
        self._group: ProcessGroup | None = None
        self._launch: Launch | None = None
        self._probes: dict[str, ProbeState] = {}
        self._state = ContainerState(name=settings.spec.name, state="Waiting", ready=False)
        self._started = 0.0
        self._seen: dict[str, float] = {}
        self._thread = threading.Thread(
            target=self._watch, name=f"container-{settings.spec.name}", daemon=True
        )

    def start(self) -> None:
        """Run it, and keep watch."""
        with self._lock:
            self._run(restarts=0)
        self._thread.start()

    def adopt(self, kept: Record) -> None:
        """Keep watch over what a killed rehearsal left, whether it runs still or has ended meanwhile."""
        with self._lock:
            self._group = ProcessGroup(
                Started(kept.pid, kept.created), self._folder.marker, self._folder.exit_file
            )
            self._launch = self._prepare()
            self._state = replace(
                self._state,
                state="Running",
                restart_count=kept.restarts,
                started_at=kept.started_at,
            )
            self._arm_probes()
        self._thread.start()

    def state(self) -> ContainerState:
        """The state now."""
        with self._lock:
            readiness = self._probes.get("readiness")
            running = self._state.state == "Running"
            return replace(self._state, ready=running and (readiness is None or readiness.passing))

    def restart(self) -> None:
        """End the process and start it again, whatever the restart policy."""
        with self._lock:
            self._end()
            self._run(restarts=self._state.restart_count + 1)

    def stop(self) -> None:
        """End the process and the watch."""
        self._leaving.set()
        with self._lock:
            self._end()
        if self._thread.is_alive():
            self._thread.join()

    def logs(self, tail: int | None) -> str:
        """What was printed."""
        return self._folder.log.read(tail)

    def _end(self) -> None:
        if self._group is not None:
            self._group.end(GRACE_SECONDS)
            self._group = None

    def _run(self, restarts: int) -> None:
        self._state = replace(
            self._state, restart_count=restarts, started_at=_now(), finished_at=None, detail=""
        )
        try:
            self._launch = self._prepare()
            self._group = self._folder.spawn(self._launch, set(self._settings.cpus))
        except (CannotRunError, OSError) as error:
            self._folder.log.say(str(error))
            self._ended(_COMMAND_NOT_FOUND, str(error), again=False)
            return
        self._write_record("")
        self._state = replace(self._state, state="Running")
        self._arm_probes()

    def _arm_probes(self) -> None:
        self._started = time.monotonic()
        probes = {
            "liveness": self._settings.spec.liveness,
            "readiness": self._settings.spec.readiness,
        }
        self._probes = {
            name: ProbeState(probe, self._check, self._started)
            for name, probe in probes.items()
            if probe is not None
        }

    def _check(self, probe: Probe) -> bool:
        if probe.http_port is not None:
            return probing.get(probe, self._settings.ip)
        if self._launch is None or not probe.exec_command:
            return False
        command = self._folder.probe_command(probe.exec_command, self._settings.ip)
        return probing.execute(
            command, self._launch.environment, str(self._launch.cwd), probe.timeout_seconds
        )

    def _watch(self) -> None:
        while not self._leaving.wait(TICK_SECONDS):
            probes = self._due_probes()
            for probe in probes:
                probe.tick(time.monotonic())
            with self._lock:
                if not self._leaving.is_set():
                    self._look()

    def _due_probes(self) -> list[ProbeState]:
        """Probes are asked outside the lock: they may take as long as their time limit."""
        with self._lock:
            return list(self._probes.values()) if self._group is not None else []

    def _look(self) -> None:
        group = self._group
        if group is None:
            self._restart_when_due()
        elif not group.alive:
            group.kill()
            self._after_exit(group.exit_code(), "")
        elif reason := self._reason_to_kill(group):
            group.kill()
            self._write_record(reason)
            self._after_exit(KILLED, reason)
        else:
            self._folder.log.rotate()

    def _reason_to_kill(self, group: ProcessGroup) -> str:
        limit = self._settings.spec.memory_gb * (1 << 30)
        if self._time_to("memory", _MEMORY_EVERY) and group.memory() > limit:
            return "OOMKilled"
        if self._time_to("address", _ADDRESS_EVERY) and (address := group.foreign_address()):
            return f"Error: listens on {address}, and only {self._settings.ip} is this group's here"
        liveness = self._probes.get("liveness")
        return "Error: liveness probe failed" if liveness is not None and liveness.failed else ""

    def _time_to(self, what: str, every: float) -> bool:
        now = time.monotonic()
        if now - self._seen.get(what, 0.0) < every:
            return False
        self._seen[what] = now
        return True

    def _after_exit(self, code: int, reason: str) -> None:
        self._group = None
        if reason:
            self._folder.log.say(reason)
        policy = self._settings.restart_policy
        again = policy == "Always" or (policy == "OnFailure" and code != 0)
        self._ended(code, reason or ("Completed" if code == 0 else "Error"), again=again)

    def _ended(self, code: int, detail: str, *, again: bool) -> None:
        self._state = replace(
            self._state,
            state="Waiting" if again else "Terminated",
            exit_code=code,
            detail=f"CrashLoopBackOff: {detail}" if again and code != 0 else detail,
            finished_at=_now(),
        )
        self._seen["ended"] = time.monotonic()

    def _restart_when_due(self) -> None:
        if self._state.state != "Waiting" or self._state.exit_code is None:
            return
        now, restarts = time.monotonic(), self._state.restart_count
        calm = self._seen["ended"] - self._started > _CALM_SECONDS
        wait = self._settings.back_off * (1 if calm else 2 ** min(restarts, 10))
        if now - self._seen["ended"] >= min(wait, _BACK_OFF_MAX):
            self._run(restarts=restarts + 1)

    def _write_record(self, ended: str) -> None:
        if self._group is None:
            return
        record.write(
            self._folder.record,
            Record(
                fingerprint=self._settings.fingerprint,
                pid=self._group.started.pid,
                created=self._group.started.created,
                started_at=self._state.started_at or "",
                restarts=self._state.restart_count,
                ended=ended,
            ),
        )


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
