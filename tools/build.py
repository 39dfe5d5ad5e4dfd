"""Builds the Pulumi CLI from its published Go module, and our own programs beside it: language host, SDK generator."""

import os
import shutil
from pathlib import Path

from rehearsal.golang.compile import compile_packages
from rehearsal.golang.errors import ToolchainError
from rehearsal.golang.go import Go
from rehearsal.golang.install import whole
from rehearsal.golang.report import say
from rehearsal.golang.version import Version
from tools import golang
from tools.path_pulumi import version_of
from tools.places import CLI, EXECUTOR, SOURCES

_CLI_PACKAGE = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
_OURS = ("./pulumi-language-python", "./pulumi-resource-pulumi-python", "./sdkgen")
_VERSION_VARIABLE = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version"


def build(version: Version, target: Path, *, cli: Path | None = None) -> None:
    """Build into `target/bin`. `cli` is a finished CLI of this very version, which is then kept.

    Raises ToolchainError with the compiler's own output.
    """
    go = golang.find()
    packages = _OURS if cli else (_CLI_PACKAGE, *_OURS)
    _announce(version, go, only_host=cli is not None)
    with whole(target) as folder:
        programs = folder / "bin"
        compile_packages(
            go, SOURCES, packages, programs, ldflags=f"-s -w -X {_VERSION_VARIABLE}=v{version}"
        )
        if cli:
            os.link(cli, programs / CLI)
        shutil.copy(SOURCES / "executor.py", programs / EXECUTOR)
        if version_of(programs / CLI) != version:
            raise ToolchainError(f"build: what was built does not call itself {version}; not used")
    go.drop_own_caches()


def _announce(version: Version, go: Go, *, only_host: bool) -> None:
    what, cold = (
        ("its language host", "3 minutes") if only_host else (f"Pulumi {version}", "5 minutes")
    )
    say(f"Building {what} with Go {go.version} ({go.program}):")
    say(f"  about {cold} on two cores the first time, much less where Go's cache is warm.")
