"""Running the commands of the demo: shown before they run, stopped at the first that fails."""

import os
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class DemoError(Exception):
    """A command of the demo failed; its own words are above."""


def say(text: str) -> None:
    """A heading between commands."""
    bold, plain = ("\033[1m", "\033[0m") if sys.stdout.isatty() else ("", "")
    print(f"\n{bold}{text}{plain}", flush=True)


@dataclass(frozen=True)
class Shell:
    """Runs commands in the project's folder with the rehearsal's variables."""

    environment: Mapping[str, str]

    @classmethod
    def of_the_toolchain(cls) -> "Shell":
        """This process' variables, with the virtual environment's commands first."""
        path = os.pathsep.join([str(ROOT / ".venv" / "bin"), os.environ.get("PATH", "")])
        return cls({**os.environ, "PATH": path})

    def with_variables(self, variables: Mapping[str, str]) -> "Shell":
        return Shell({**self.environment, **variables})

    def run(self, *command: str) -> None:
        """Show and run a command; its output goes to the terminal."""
        print(f"$ {shlex.join(command)}", flush=True)
        if subprocess.run(command, cwd=ROOT, env=self.environment, check=False).returncode:
            raise DemoError(f"`{shlex.join(command)}` failed; its words are above")

    def run_and_keep(self, *command: str) -> list[str]:
        """As `run`, and return the lines it printed."""
        print(f"$ {shlex.join(command)}", flush=True)
        with subprocess.Popen(
            command, cwd=ROOT, env=self.environment, stdout=subprocess.PIPE, text=True
        ) as process:
            lines = [self._pass_on(line) for line in process.stdout or ()]
        if process.returncode:
            raise DemoError(f"`{shlex.join(command)}` failed; its words are above")
        return lines

    def read(self, *command: str) -> str:
        """Run a command quietly and return what it printed."""
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, text=True, capture_output=True, check=False
        )
        if done.returncode:
            # Pulumi says some of its errors on stdout.
            words = "\n".join(filter(None, (done.stderr.strip(), done.stdout.strip())))
            raise DemoError(f"`{shlex.join(command)}` failed: {words}")
        return done.stdout

    def succeeds(self, command: Sequence[str]) -> bool:
        """Whether a command, run quietly, exits with 0."""
        return not subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, check=False
        ).returncode

    @staticmethod
    def _pass_on(line: str) -> str:
        print(line, end="", flush=True)
        return line.rstrip("\n")
