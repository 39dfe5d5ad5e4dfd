"""One process in a session of its own, its children included: start, find again, measure, end."""

import ipaddress
import os
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from rehearsal.machine import landlock
from rehearsal.runtimes.process.launch import MARKER, Launch

# The shell waits for the program and leaves its exit code in a file, so that the next start of the rehearsal
# after a kill knows it too. A trap with a command is reset in children; one that ignores would not be.
_KEEPER = 'trap : TERM INT; "$@"; code=$?; echo "$code" > "$0.new" && mv "$0.new" "$0"'
KILLED = 128 + signal.SIGKILL


@dataclass(frozen=True)
class Started:
    """A process by id and start time (seconds since the epoch): the two together are never used again."""

    pid: int
    created: float


class ProcessGroup:
    """A started process, ours or one that a killed rehearsal left."""

    def __init__(self, started: Started, marker: str, exit_file: Path) -> None:
        self.started = started
        self._marker = marker
        self._exit_file = exit_file
        self._child: subprocess.Popen[bytes] | None = None

    @classmethod
    def start(
        cls, launch: Launch, marker: str, exit_file: Path, output: int, cpus: set[int]
    ) -> "ProcessGroup":
        """Start the program; it may use the given processors only. Raises OSError."""
        exit_file.unlink(missing_ok=True)
        child = _spawn(
            ["/bin/sh", "-c", _KEEPER, str(exit_file), *launch.command], launch, output, cpus
        )
        created = psutil.Process(child.pid).create_time()
        group = cls(Started(child.pid, created), marker, exit_file)
        group._child = child
        return group

    @property
    def alive(self) -> bool:
        """Whether the process still runs."""
        if self._child is not None:
            return self._child.poll() is None
        try:
            process = psutil.Process(self.started.pid)
            same = abs(process.create_time() - self.started.created) < 0.01
            return same and process.status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return False

    def exit_code(self) -> int:
        """What the program ended with; 137 when it and its keeper were killed."""
        try:
            return int(self._exit_file.read_text(encoding="ascii"))
        except (OSError, ValueError):
            return KILLED

    def members(self) -> list[psutil.Process]:
        """The process and all below it."""
        try:
            process = psutil.Process(self.started.pid)
            return [process, *process.children(recursive=True)] if self.alive else []
        except psutil.NoSuchProcess:
            return []

    def memory(self) -> int:
        """Resident bytes of all members together."""
        total = 0
        for process in self.members():
            with suppress(psutil.Error):
                total += process.memory_info().rss
        return total

    def foreign_address(self) -> str | None:
        """An address beyond loopback that a member listens on."""
        for process in self.members():
            with suppress(psutil.Error):
                for connection in process.net_connections(kind="inet"):
                    listening = connection.status == psutil.CONN_LISTEN
                    if listening and not _is_loopback(connection.laddr.ip):
                        return f"{connection.laddr.ip}:{connection.laddr.port}"
        return None

    def end(self, grace: float) -> None:
        """SIGTERM, and SIGKILL for what is left after `grace` seconds. Nothing of it runs afterwards."""
        if self.alive:
            _signal_group(self.started.pid, signal.SIGTERM)
        deadline = time.monotonic() + grace
        while time.monotonic() < deadline and self.alive:
            time.sleep(0.02)
        self.kill()

    def kill(self) -> None:
        """SIGKILL to all members, and to those that left the group."""
        if self.alive:
            _signal_group(self.started.pid, signal.SIGKILL)
        kill_marked(self._marker)
        if self._child is not None:
            self._child.wait(timeout=10)


def marked(marker: str) -> list[psutil.Process]:
    """Running processes that carry the container's marker in their environment."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if process.status() != psutil.STATUS_ZOMBIE and process.environ().get(MARKER) == marker:
                found.append(process)
    return found


def kill_marked(marker: str) -> None:
    """SIGKILL to every process that carries the marker."""
    for _ in range(5):
        processes = marked(marker)
        for process in processes:
            with suppress(psutil.Error):
                process.kill()
        if not processes:
            return
        psutil.wait_procs(processes, timeout=1)


def _signal_group(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)


def _spawn(
    command: list[str], launch: Launch, output: int, cpus: set[int]
) -> "subprocess.Popen[bytes]":
    """Start from a thread bound to the processors and to the grants: children inherit both, and no code runs after
    the fork."""

    def spawn() -> "subprocess.Popen[bytes]":
        with suppress(OSError, AttributeError):
            os.sched_setaffinity(0, cpus)
        return subprocess.Popen(
            command,
            env=dict(launch.environment),
            cwd=launch.cwd,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    return landlock.within(launch.grants, spawn)


def _is_loopback(address: str) -> bool:
    """Also in the form `::ffff:127.0.0.1`, as gRPC binds IPv4 addresses."""
    parsed = ipaddress.ip_address(address)
    mapped = parsed.ipv4_mapped if isinstance(parsed, ipaddress.IPv6Address) else None
    return (mapped or parsed).is_loopback
