"""Builds the Pulumi CLI from its published Go module, and our language host beside it."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from tools import golang
from tools.errors import ToolchainError
from tools.install import whole
from tools.path_pulumi import version_of
from tools.places import CLI, EXECUTOR, SOURCES
from tools.report import progress, say
from tools.version import Version

_CLI_PACKAGE = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
_OURS = ("./pulumi-language-python", "./pulumi-resource-pulumi-python")
_VERSION_VARIABLE = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version"
_LAST_LINES = 15


def build(version: Version, target: Path, *, cli: Path | None = None) -> None:
    """Build into `target/bin`. `cli` is a finished CLI of this very version, which is then kept.

    Raises ToolchainError with the compiler's own words.
    """
    go = golang.find()
    packages = _OURS if cli else (_CLI_PACKAGE, *_OURS)
    _announce(version, go, only_host=cli is not None)
    with progress("  finding and downloading modules") as shown:
        names = list(_output(go, ["list", "-deps", *packages], shown.advance))
    with whole(target) as folder:
        (folder / "bin").mkdir()
        flags = ["-ldflags", f"-s -w -X {_VERSION_VARIABLE}=v{version}"]
        with progress("  compiling packages", len(names)) as shown:
            list(
                _output(
                    go, ["build", "-v", *flags, "-o", f"{folder}/bin/", *packages], shown.advance
                )
            )
        if cli:
            os.link(cli, folder / "bin" / CLI)
        shutil.copy(SOURCES / "executor.py", folder / "bin" / EXECUTOR)
        if version_of(folder / "bin" / CLI) != version:
            raise ToolchainError(f"build: what was built does not call itself {version}; not used")
    for left in go.own_caches:  # gigabytes that nothing else uses
        shutil.rmtree(left, ignore_errors=True)


def _announce(version: Version, go: golang.Go, *, only_host: bool) -> None:
    what, cold = (
        ("its language host", "3 minutes") if only_host else (f"Pulumi {version}", "5 minutes")
    )
    say(f"Building {what} with Go {go.version} ({go.program}):")
    say(f"  about {cold} on two cores the first time, much less where Go's cache is warm.")


def _output(go: golang.Go, arguments: list[str], advance: Callable[[float], None]) -> Iterator[str]:
    """Run Go in tools/pulumi and pass on its lines, both streams as one."""
    with (
        tempfile.TemporaryDirectory(prefix="slipway-go-") as scratch,
        subprocess.Popen(
            [go.program, *arguments],
            cwd=SOURCES,
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
            told = "\n".join(lines[-_LAST_LINES:])
            raise ToolchainError(
                f"build: go {arguments[0]} failed with {running.returncode}:\n{told}"
            )
