"""A stack as this CLI sees it, through the `pulumi` command: what it exports, its state, its services."""

import json
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from slipway.cli.errors import CommandError

if TYPE_CHECKING:
    from slipway.outputs import Outputs, ServiceOutput

StackOption = Annotated[
    str | None, typer.Option("--stack", "-s", help="Stack; the selected one if omitted.")
]
CwdOption = Annotated[Path, typer.Option(help="The project's folder.")]

# How `--show-secrets` marks a secret in a stack's state (pulumi/pkg/resource/stack/secrets.go).
_SIGNATURE, _SECRET = "4dabf18193072939515e22adb298388d", "1b47061264138c4ac30d75fd1eb44270"


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
            return read(found, stack=self.shown)
        except OutputsError as error:
            raise CommandError(str(error)) from None

    def service(self, name: str | None) -> "tuple[str, ServiceOutput]":
        """The service of this name in the configuration, or the only one, with its name."""
        services = self.outputs().services
        if name is None and len(services) == 1:
            return next(iter(services.items()))
        has = f"the stack {self.shown} has {', '.join(sorted(services)) or 'none'}"
        if name is None:
            raise CommandError(f"name the service: {has}")
        if name not in services:
            raise CommandError(f"there is no service {name!r}: {has}")
        return name, services[name]

    def component_outputs(self, type_token: str, name: str) -> dict[str, Any]:
        """What a component registered, its secrets in plain; they must get into no message."""
        state = json.loads(self.read(["stack", "export", "--show-secrets"]))
        for resource in state.get("deployment", {}).get("resources") or []:
            if resource["type"] == type_token and resource["urn"].rpartition("::")[2] == name:
                return {key: _plain(value) for key, value in resource.get("outputs", {}).items()}
        raise CommandError(
            f"the state of the stack {self.shown} has no {type_token} {name!r}: run `pulumi up` first"
        )

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


def _plain(value: Any) -> Any:
    if isinstance(value, dict) and value.get(_SIGNATURE) == _SECRET:
        return json.loads(value["plaintext"])
    return value


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
    return (errors or lines or ["it printed nothing"])[-1]
