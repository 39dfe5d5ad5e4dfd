"""The `pulumi` command as this CLI uses it: found once, run in the project's folder, its outputs as JSON."""

import json
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from slipway.cli.errors import CommandError


@dataclass(frozen=True)
class Stack:
    """One stack of the project in `cwd`; `name` None means the selected one."""

    name: str | None
    cwd: Path

    def outputs(self, *, show_secrets: bool = False) -> dict[str, Any]:
        """The stack's outputs. Secrets are `[secret]` unless asked for."""
        arguments = ["stack", "output", "--json", *(["--show-secrets"] if show_secrets else [])]
        outputs: dict[str, Any] = json.loads(self.read(arguments) or "{}")
        return outputs

    def output(self, key: str, *, show_secrets: bool = False) -> str:
        """One output that must be there."""
        outputs = self.outputs(show_secrets=show_secrets)
        if outputs.get(key) in (None, ""):
            has = ", ".join(sorted(outputs)) or "none: run `pulumi up` first"
            raise CommandError(f"the stack {self.shown} has no output {key!r}; it has {has}")
        return str(outputs[key])

    def export(self) -> dict[str, Any]:
        """The whole state, secrets encrypted."""
        state: dict[str, Any] = json.loads(self.read(["stack", "export"]))
        return state

    def read(self, arguments: Sequence[str]) -> str:
        """Run a command that only reads, and return what it printed."""
        done = subprocess.run(
            self._command(arguments), cwd=self.cwd, text=True, capture_output=True, check=False
        )
        if done.returncode:
            raise CommandError(f"pulumi {arguments[0]} failed: {_last_error(done.stderr)}")
        return done.stdout

    def run(self, arguments: Sequence[str]) -> int:
        """Run a command in the user's terminal and return its exit code."""
        return subprocess.run(self._command(arguments), cwd=self.cwd, check=False).returncode

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


def _last_error(stderr: str) -> str:
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    errors = [line.removeprefix("error: ") for line in lines if line.startswith("error: ")]
    return (errors or lines or ["it said nothing"])[-1]
