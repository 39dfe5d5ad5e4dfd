"""One run of the CLI, from its start to its result; and how to kill it at a chosen moment."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pytest_pulumi import processes
from pytest_pulumi.provider import ProviderCall
from pytest_pulumi.result import Result, read_events
from pytest_pulumi.server import AFTER, ProviderServer

_PATIENCE = 120.0


@dataclass(frozen=True)
class KillAt:
    """SIGKILL at the n-th matching call of a provider.

    `when` is `before` (the provider has done nothing yet), `done` (it is done, and the engine will
    never hear of it) or `after` (the engine has the answer).
    """

    method: str
    type: str | None = None
    name: str | None = None
    nth: int = 1
    when: str = AFTER

    def matches(self, call: ProviderCall) -> bool:
        """Whether the call counts."""
        return (
            call.method == self.method
            and not call.preview
            and self.type in (None, call.type)
            and self.name in (None, call.name)
        )


class KilledError(Exception):
    """Ends the call at which the engine was killed."""


class Running:
    """A CLI that runs in a process group of its own."""

    def __init__(
        self, command: Sequence[str], *, cli: Path, cwd: Path, env: Mapping[str, str], log: Path
    ) -> None:
        self.command = tuple(command)
        self.mark = env[processes.MARK]
        self._log = log
        self._began = time.monotonic()
        self._process = subprocess.Popen(
            [cli, *command],
            cwd=cwd,
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            start_new_session=True,
        )

    @property
    def pid(self) -> int:
        """The CLI's process, and its group."""
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether it has not ended yet."""
        return self._process.poll() is None

    def kill(self, *, alone: bool = False) -> None:
        """SIGKILL the whole process group, as a power cut would; `alone`: only the CLI itself."""
        if not alone:
            self.signal(signal.SIGKILL)
        elif self.running:
            self._process.kill()

    def interrupt(self) -> None:
        """What Ctrl-C does."""
        self.signal(signal.SIGINT)

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the process group, if it is still there."""
        if self.running:
            os.killpg(self.pid, number)

    def until(self, type_: str | None = None, op: str | None = None, *, done: bool = False) -> None:
        """Return when the engine has begun (`done`: ended) a step on a resource of the type, or any.

        Raises AssertionError when the CLI ends, or is busy for two minutes, without it.
        """
        event = "resOutputsEvent" if done else "resourcePreEvent"

        def happened() -> bool:
            seen = [e[event]["metadata"] for e in read_events(self._log) if event in e]
            return any(type_ in (None, m["type"]) and op in (None, m["op"]) for m in seen)

        self.until_true(happened, f"{op or 'a step'} on {type_ or 'any resource'}")

    def until_told(self, text: str) -> None:
        """Return when the user has been told something with this text in it.

        Raises AssertionError when the CLI ends, or is busy for two minutes, without it.
        """

        def told() -> bool:
            messages = [
                e["diagnosticEvent"] for e in read_events(self._log) if "diagnosticEvent" in e
            ]
            return any(text in message["message"] for message in messages)

        self.until_true(told, repr(text))

    def until_true(self, happened: Callable[[], bool], what: str) -> None:
        """Return when `happened()`; for moments that something else than the engine knows.

        Raises AssertionError when the CLI ends, or is busy for two minutes, without it.
        """
        deadline = time.monotonic() + _PATIENCE
        while not happened():
            if not self.running or time.monotonic() > deadline:
                raise AssertionError(f"pulumi {' '.join(self.command)} never came to {what}")
            time.sleep(0.005)

    def wait(self, timeout: float = 240) -> Result:
        """Its result, when it has ended.

        Raises AssertionError with its output after `timeout` seconds, having killed it.
        """
        try:
            stdout, stderr = self._process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            self.kill()
            stdout, stderr = self._process.communicate()
            raise AssertionError(
                f"pulumi {' '.join(self.command)} still ran after {timeout} s:\n{stdout}{stderr}"
            ) from None
        seconds = time.monotonic() - self._began
        code = self._process.returncode
        return Result(self.command, code, stdout, stderr, seconds, read_events(self._log))


def kill_at(running: Running, servers: Sequence[ProviderServer], when: KillAt) -> None:
    """Kill `running` when the moment comes; the call itself then ends without an answer."""
    lock = threading.Lock()
    seen: dict[str, int] = {"matching": 0}

    def watch(moment: str, call: ProviderCall) -> None:
        if moment != when.when or not when.matches(call):
            return
        with lock:
            seen["matching"] += 1
            due = seen["matching"] == when.nth
        if due:
            running.kill()
            if moment != AFTER:
                raise KilledError(f"the engine was killed {moment} {call.method} of {call.urn}")

    for server in servers:
        server.watchers.append(watch)


def kill_after(running: Running, seconds: float) -> threading.Timer:
    """Kill `running` after a while, wherever it is then."""
    timer = threading.Timer(seconds, running.kill)
    timer.daemon = True
    timer.start()
    return timer
