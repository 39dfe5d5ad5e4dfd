"""One container as a process: its folder, its runs, and the thread that keeps watch over it."""

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from functools import partial

from rehearsal.core.consoles import Console
from rehearsal.core.containers import ContainerSpec, ContainerState, PastRun, Probe
from rehearsal.machine import landlock
from rehearsal.runtimes import probing
from rehearsal.runtimes.probing import ProbeState
from rehearsal.runtimes.process import record
from rehearsal.runtimes.process.container_folder import ContainerFolder
from rehearsal.runtimes.process.events import Events, now
from rehearsal.runtimes.process.launch import CannotRunError, Launch
from rehearsal.runtimes.process.log_console import LogConsole
from rehearsal.runtimes.process.process_group import KILLED, ProcessGroup, Started
from rehearsal.runtimes.process.record import Record
from rehearsal.runtimes.terminal import Terminal

TICK_SECONDS = 0.1
GRACE_SECONDS = 10.0
_BACK_OFF_MAX = 60.0
_CALM_SECONDS = 600.0
_MEMORY_EVERY, _ADDRESS_EVERY = 0.5, 2.0
_COMMAND_NOT_FOUND = 127
_BACK_OFF_WORDS = "CrashLoopBackOff: "


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
        self,
        settings: Settings,
        folder: ContainerFolder,
        prepare: Callable[[], Launch],
        events: Events,
    ) -> None:
        self._settings = settings
        self._folder = folder
        self._prepare = prepare
        self._events = events
        self._id = ""
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
            self._id = kept.container_id
            self._events.restore(kept.events)
            self._state = replace(
                self._state,
                state="Running",
                restart_count=kept.restarts,
                started_at=kept.started_at,
                previous=PastRun(**kept.previous) if kept.previous else None,
            )
            self._arm_probes()
        self._thread.start()

    def state(self) -> ContainerState:
        """The state now."""
        with self._lock:
            readiness = self._probes.get("readiness")
            running = self._state.state == "Running"
            ready = running and (readiness is None or readiness.passing)
            return replace(self._state, ready=ready, events=self._events.all())

    def restart(self) -> None:
        """End the process and start it again, whatever the restart policy."""
        with self._lock:
            code = self._end()
            if code is not None:
                self._ended(code, "Completed" if code == 0 else "Error", again=False)
                # Asked for, so it does not count as an end of this container.
                self._state = replace(self._state, previous=self._last_run(), exit_code=None)
            self._run(restarts=self._state.restart_count + 1)

    def stop(self) -> None:
        """End the process and the watch."""
        self._leaving.set()
        with self._lock:
            self._end()
        if self._thread.is_alive():
            self._thread.join()

    def logs(self, tail: int | None, *, timestamps: bool) -> str:
        """What was printed."""
        return self._folder.log.read(tail, timestamps=timestamps)

    def execute(self, command: str, size: tuple[int, int]) -> Console:
        """Run a program beside the container's own, which takes it along when it ends. Raises OSError."""
        with self._lock:
            if self._group is None or self._launch is None:
                raise ProcessLookupError(f"the container '{self._settings.spec.name}' does not run")
            try:
                words = self._folder.command((command,), self._settings.ip)
            except CannotRunError as error:
                raise FileNotFoundError(str(error)) from None
            open_terminal = partial(
                Terminal, words, self._launch.environment, self._launch.cwd, size
            )
            return landlock.within(self._launch.grants, open_terminal)

    def attach(self) -> Console:
        """What it prints from now on, as long as it runs."""
        return LogConsole(self._folder.log.path, lambda: self._group is not None)

    def _end(self) -> int | None:
        """The exit code; None where nothing ran."""
        group, self._group = self._group, None
        if group is None:
            return None
        self._note_killing()
        group.end(GRACE_SECONDS)
        return group.exit_code()

    def _note_killing(self) -> None:
        self._events.note("Killing", f"Killing container with id {self._id}")

    def _run(self, restarts: int) -> None:
        self._state = replace(
            self._state,
            restart_count=restarts,
            started_at=now(),
            finished_at=None,
            detail="",
            previous=self._last_run() or self._state.previous,
        )
        self._id = secrets.token_hex(32)
        self._events.note("Created", f"Created container with id {self._id}")
        try:
            self._launch = self._prepare()
            self._group = self._folder.spawn(self._launch, set(self._settings.cpus))
        except (CannotRunError, OSError) as error:
            self._folder.log.say(str(error))
            self._events.note("Failed", f"Error: {error}", "Warning")
            self._ended(_COMMAND_NOT_FOUND, str(error), again=False)
            return
        self._events.note("Started", f"Started container with id {self._id}")
        self._write_record("")
        self._state = replace(self._state, state="Running")
        self._arm_probes()

    def _last_run(self) -> PastRun | None:
        ended = self._state
        if ended.exit_code is None or ended.finished_at is None:
            return None
        return PastRun(
            exit_code=ended.exit_code,
            started_at=ended.started_at,
            finished_at=ended.finished_at,
            detail=ended.detail.removeprefix(_BACK_OFF_WORDS),
        )

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
        command = self._folder.command(probe.exec_command, self._settings.ip)
        execute = partial(
            probing.execute,
            command,
            self._launch.environment,
            str(self._launch.cwd),
            probe.timeout_seconds,
        )
        return landlock.within(self._launch.grants, execute)

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
            if "probe" in reason:
                self._events.note("Unhealthy", "Liveness probe failed", "Warning")
            self._note_killing()
            group.kill()
            self._write_record(reason)
            self._after_exit(KILLED, reason)
        else:
            self._folder.log.tick()

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
            detail=f"{_BACK_OFF_WORDS}{detail}" if again and code != 0 else detail,
            finished_at=now(),
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
                container_id=self._id,
                events=self._events.kept(),
                previous=asdict(self._state.previous) if self._state.previous else None,
            ),
        )
