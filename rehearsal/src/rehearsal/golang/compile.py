"""Runs Go in a folder that holds a go.mod, with progress."""

import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from rehearsal.golang.errors import ToolchainError
from rehearsal.golang.go import Go
from rehearsal.golang.report import progress

_LAST_LINES = 15


def compile_packages(
    go: Go, sources: Path, packages: Sequence[str], into: Path, *, ldflags: str = "-s -w"
) -> None:
    """Build the programs `packages`, as `sources`/go.mod pins them, into the folder `into`.

    Raises ToolchainError with the compiler's own output.
    """
    with progress("  finding and downloading modules") as shown:
        names = list(_output(go, sources, ["list", "-deps", *packages], shown.advance))
    into.mkdir(exist_ok=True)
    build = ["build", "-v", "-ldflags", ldflags, "-o", f"{into}/", *packages]
    with progress("  compiling packages", len(names)) as shown:
        list(_output(go, sources, build, shown.advance))


def _output(
    go: Go, sources: Path, arguments: list[str], advance: Callable[[float], None]
) -> Iterator[str]:
    """The lines that Go prints, both streams as one."""
    with (
        tempfile.TemporaryDirectory(prefix="rehearsal-go-") as scratch,
        subprocess.Popen(
            [go.program, *arguments],
            cwd=sources,
            env={**go.env, "GOTMPDIR": scratch},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as running,
    ):
        lines: list[str] = []
        for line in running.stdout or ():
            lines.append(line.rstrip())
            advance(len(lines))
            yield lines[-1]
        if running.wait() != 0:
            last = "\n".join(lines[-_LAST_LINES:])
            raise ToolchainError(
                f"build: go {arguments[0]} failed with {running.returncode}:\n{last}"
            )
