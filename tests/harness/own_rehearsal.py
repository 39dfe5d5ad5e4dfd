"""A rehearsal of one's own: a real process, with its state where nobody else's is."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil

from rehearsal.core.store import Store
from rehearsal.doors.azure_native.retries import VARIABLE

_SLIPWAY = Path(sys.executable).parent / "slipway"
_SETTLE_SECONDS = 10.0
#: As many attempts of azure-native as ever, without its minutes.
_RETRY_SECONDS = "0.1,0.1,0.1"
_FURTHER_ATTEMPTS = _RETRY_SECONDS.count(",") + 1


class OwnRehearsal:
    """`slipway rehearsal` with `home` as XDG_STATE_HOME. What can be made again stays in the usual cache."""

    def __init__(self, home: Path) -> None:
        self.home = home.resolve()
        self.state = self.home / "slipway" / "rehearsal"
        cache = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
        self._environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith("ARM_")},
            "XDG_STATE_HOME": str(self.home),
            "XDG_CACHE_HOME": cache,
            VARIABLE: _RETRY_SECONDS,
        }

    def start(self, *arguments: str) -> None:
        """Start it. Raises AssertionError with its words when it does not start."""
        done = self.command("start", *arguments)
        assert done.returncode == 0, done.stderr

    def stop(self) -> list[str]:
        """Stop it and remove its state; answers what is left of it all the same."""
        done = self.command("stop", "--purge", "--yes")
        left = [] if done.returncode == 0 else [done.stderr]
        left += [f"the folder {self.state}"] if self.state.exists() else []
        return left + self._left_running()

    def kill(self) -> None:
        """SIGKILL, and wait until the process is gone. Its containers live on."""
        process = psutil.Process(self.pid)
        process.send_signal(signal.SIGKILL)
        psutil.wait_procs([process], timeout=_SETTLE_SECONDS)

    @property
    def pid(self) -> int:
        """Of the rehearsal's process."""
        return int(json.loads((self.state / "daemon.json").read_text())["pid"])

    def variables(self) -> dict[str, str]:
        """What `slipway rehearsal env` tells a shell, and where this rehearsal lies."""
        told: dict[str, str] = json.loads(self.command("env", "--json").stdout)
        places = {key: self._environment[key] for key in ("XDG_STATE_HOME", "XDG_CACHE_HOME")}
        return told | places

    def resources(self) -> list[str]:
        """ARM ids of everything that exists, lower case."""
        return sorted(self.states())

    def states(self) -> dict[str, str]:
        """ARM id in lower case -> provisioning state; read from the disk, whether it runs or not."""
        store = Store(self.state, attach=True)
        try:
            return {resource.id.text.lower(): resource.state for resource in store.list()}
        finally:
            store.close()

    def fail(self, *arguments: str) -> None:
        """Order a fault."""
        done = self.command("fail", *arguments)
        assert done.returncode == 0, done.stderr

    def fail_all_attempts(self, kind: str, operation: str, code: str) -> None:
        """Order a fault that outlasts azure-native's patience."""
        self.fail(kind, operation, "--code", code, "--times", str(1 + _FURTHER_ATTEMPTS))

    def fail_after_creation(self, kind: str, code: str) -> None:
        """The same, after the fact: the resource is there, and no attempt has an answer that says so."""
        self.fail(kind, "create", "--code", code, "--after")
        # What azure-native asks for again is there by now.
        self.fail(kind, "update", "--code", code, "--times", str(_FURTHER_ATTEMPTS))

    def containers(self) -> list[int]:
        """Process ids of the containers' own processes (their supervising shells are not counted)."""
        marked = [one for one in self._processes() if "SLIPWAY_CONTAINER" in _environ(one)]
        return [one.pid for one in marked if not one.name().startswith("sh")]

    def requests(self) -> list[dict[str, Any]]:
        """The access log of all its registries, in order."""
        lines: list[dict[str, Any]] = []
        for log in self.state.glob("registries/*/access.log"):
            lines += [json.loads(line) for line in log.read_text().splitlines()]
        return sorted(lines, key=lambda line: float(line["time"]))

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """`slipway rehearsal ...` with this rehearsal."""
        return subprocess.run(
            [_SLIPWAY, "rehearsal", *arguments],
            env=self._environment,
            cwd=self.home,
            text=True,
            capture_output=True,
            check=False,
        )

    def _left_running(self) -> list[str]:
        deadline = time.monotonic() + _SETTLE_SECONDS
        while (left := list(self._processes())) and time.monotonic() < deadline:
            time.sleep(0.1)
        return [f"process {one.pid} {' '.join(_cmdline(one))}" for one in left]

    def _processes(self) -> Iterator[psutil.Process]:
        """Every process that knows this rehearsal's state: the daemon itself and its containers."""
        for process in psutil.process_iter():
            text = " ".join([*_cmdline(process), *_environ(process).values()])
            if str(self.state) in text and process.pid != os.getpid():
                yield process


def _cmdline(process: psutil.Process) -> list[str]:
    try:
        return [] if process.status() == psutil.STATUS_ZOMBIE else process.cmdline()
    except (psutil.Error, OSError):
        return []


def _environ(process: psutil.Process) -> dict[str, str]:
    try:
        return {} if process.status() == psutil.STATUS_ZOMBIE else process.environ()
    except (psutil.Error, OSError):
        return {}
