"""A stack as the `pulumi` command tells of it: what it exports, its state, its configuration."""

import json
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from slipway.project.errors import CommandError, LoginError

if TYPE_CHECKING:
    from slipway.outputs import Outputs

_NOWHERE = re.compile(r"PULUMI_ACCESS_TOKEN|requires logging in")
# The stack may be in another back end than the one that this shell leads to.
_ELSEWHERE = re.compile(r"no stack (named .* found|selected)|project .* does not exist")


@dataclass(frozen=True)
class Stack:
    """One stack of the project in `cwd`; `name` None means the selected one."""

    name: str | None
    cwd: Path = Path()

    def outputs(self) -> "Outputs":
        """What the stack exports. Raises CommandError where it cannot be read."""
        from slipway.outputs import OutputsError, read

        found: dict[str, Any] = json.loads(self.read(["stack", "output", "--json"]) or "{}")
        try:
            return read(found, stack=self.shown, option=self.option)
        except OutputsError as error:
            raise CommandError(str(error)) from None

    def export(self, *, secrets: bool = False) -> dict[str, Any]:
        """The whole state; secrets are encrypted, or in plain, when they must get into no message."""
        shown = ["--show-secrets"] if secrets else []
        state: dict[str, Any] = json.loads(self.read(["stack", "export", *shown]))
        return state

    def config(self, key: str) -> Any:
        """A value of the stack's configuration, or None."""
        values = json.loads(self.read(["config", "--json"]) or "{}")
        entry = values.get(key) or {}
        return entry.get("objectValue", entry.get("value"))

    def of_project(self) -> "list[Stack]":
        """All stacks of the project in this back end."""
        listed = json.loads(Stack(None, self.cwd).read(["stack", "ls", "--json"]))
        return [Stack(one["name"], self.cwd) for one in listed]

    def of_back_end(self) -> list[str]:
        """Names of all stacks of this back end, whatever their project: in full only where that is another."""
        listed = json.loads(Stack(None, self.cwd).read(["stack", "ls", "--all", "--json"]))
        return [str(one["name"]) for one in listed]

    def read(self, arguments: Sequence[str]) -> str:
        """Run a command that only reads, and return what it printed."""
        done = subprocess.run(
            self._command(arguments), cwd=self.cwd, text=True, capture_output=True, check=False
        )
        if done.returncode:
            raise _failure(arguments[0], done.stderr)
        return done.stdout

    def require_login(self) -> None:
        """Raises LoginError where Pulumi is logged in to no back end: for commands that run in the terminal."""
        done = subprocess.run(
            [_pulumi(), "whoami", "--non-interactive"], text=True, capture_output=True, check=False
        )
        if done.returncode:
            raise _failure("whoami", done.stderr)

    def run(self, arguments: Sequence[str]) -> int:
        """Run a command in the user's terminal and return its exit code."""
        return subprocess.run(self._command(arguments), cwd=self.cwd, check=False).returncode

    @property
    def short(self) -> str | None:
        """Its name without organization and project."""
        return self.name and self.name.rsplit("/", 1)[-1]

    @property
    def option(self) -> str:
        """What a command that is advised needs beside it, so that it is about this stack."""
        return f" --stack {self.name}" if self.name else ""

    @property
    def shown(self) -> str:
        return self.name or "(the selected one)"

    def _command(self, arguments: Sequence[str]) -> list[str]:
        chosen = ["--stack", self.name] if self.name else []
        return [_pulumi(), *arguments, *chosen, "--non-interactive"]


def _pulumi() -> str:
    found = shutil.which("pulumi")
    if found is None:
        raise CommandError(
            "pulumi is not on the PATH; run `make toolchain` and "
            '`eval "$(slipway rehearsal env)"`, or install Pulumi'
        )
    return found


def _failure(command: str, stderr: str) -> CommandError:
    reason = _last_error(stderr)
    if _NOWHERE.search(reason):
        return LoginError("Pulumi is logged in to no back end: run `pulumi login`.")
    kind = LoginError if _ELSEWHERE.search(reason) else CommandError
    return kind(f"pulumi {command} failed: {reason}")


def _last_error(stderr: str) -> str:
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    errors = [line.removeprefix("error: ") for line in lines if line.startswith("error: ")]
    return (errors or lines or ["it printed nothing"])[-1]
