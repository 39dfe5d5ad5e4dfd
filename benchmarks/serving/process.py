"""A server as a process of ours: started, waited for, measured, ended with everything it has started."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from benchmarks.serving.peers import Peer, Ports

_READY_SECONDS = 120.0
_STOP_SECONDS = 20.0


class DidNotStart(Exception):
    """The server gave no good answer in time; the text is the end of its output."""


@dataclass(frozen=True)
class Started:
    """Until the first good answer: seconds, and CPU seconds of all its processes."""

    seconds: float
    cpu_seconds: float
    answer: str


class Server:
    def __init__(self, peer: Peer, python: Path, model: Path, logs: Path) -> None:
        self.peer = peer
        self.ports = Ports(*_free_ports(3))
        self.url = f"http://127.0.0.1:{self.ports.http}{peer.path}"
        self._log = logs / f"{peer.name.replace(' ', '_').replace('/', '_')}.log"
        start = peer.start(python, model, self.ports)
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                list(start.command),
                env=environment() | dict(start.environment),
                cwd=logs,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def wait(self) -> Started:
        """Raises DidNotStart."""
        began = time.perf_counter()
        while time.perf_counter() - began < _READY_SECONDS and self._process.poll() is None:
            answer = self.ask()
            if answer is not None:
                return Started(time.perf_counter() - began, self.cpu_seconds(), answer)
            time.sleep(0.02)
        tail = self._log.read_text(errors="replace").splitlines()[-5:]
        raise DidNotStart(" ".join(tail) or "no output")

    def ask(self) -> str | None:
        """The answer to the benchmark's request; None unless it is 200."""
        request = urllib.request.Request(  # noqa: S310  (a loopback URL of our own)
            self.url, self.peer.body.encode(), {"Content-Type": "application/json"}
        )
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310  (likewise)
                return str(answer.read().decode())
        except (urllib.error.URLError, OSError):
            return None

    def cpu_seconds(self) -> float:
        total = 0.0
        for process in self._family():
            try:
                times = process.cpu_times()
                total += times.user + times.system
                if process.pid == self._process.pid:
                    # Helpers that have come and gone belong to it.
                    total += times.children_user + times.children_system
            except psutil.Error:
                continue
        return total

    def resident_bytes(self) -> int:
        """RSS, summed over its processes."""
        return sum(info.rss for info in self._memory())

    def proportional_bytes(self) -> int:
        """PSS: pages that processes share count once in all."""
        return sum(info.pss for info in self._memory())

    def _memory(self) -> list[Any]:
        found = []
        for process in self._family():
            try:
                found.append(process.memory_full_info())
            except psutil.Error:
                continue
        return found

    def stop(self) -> None:
        family = self._family()
        for number in (signal.SIGTERM, signal.SIGKILL):
            for process in family:
                try:
                    process.send_signal(number)
                except psutil.Error:
                    continue
            _, family = psutil.wait_procs(family, _STOP_SECONDS)
            if not family:
                break
        self._process.wait()

    def kill(self) -> None:
        """At once."""
        family = self._family()
        for process in family:
            with contextlib.suppress(psutil.Error):
                process.kill()
        psutil.wait_procs(family, _STOP_SECONDS)
        self._process.wait()

    def _family(self) -> list[psutil.Process]:
        try:
            top = psutil.Process(self._process.pid)
            return [top, *top.children(recursive=True)]
        except psutil.Error:
            return []


def environment() -> dict[str, str]:
    """Ours without what would change the servers: proxies, and switches of Python."""
    left_out = ("PYTHON", "VIRTUAL_ENV", "SLIPWAY_", "AZUREML_", "AML_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
    return kept | {"PYTHONUNBUFFERED": "1"}


def _free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [int(taken.getsockname()[1]) for taken in sockets]
    for taken in sockets:
        taken.close()
    return ports
