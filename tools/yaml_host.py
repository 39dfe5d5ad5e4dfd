"""The language host for programs in Pulumi YAML.

The vendor's archive contains it. Beside a CLI that was built here it is built as well, but only
when somebody asks for it: Slipway's own program needs none.
"""

from pathlib import Path

from rehearsal.golang.compile import compile_packages
from rehearsal.golang.errors import ToolchainError
from rehearsal.golang.install import alone, whole
from rehearsal.golang.report import say
from tools import beside, golang, places

_PACKAGE = "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml"


def is_beside(folder: Path) -> bool:
    """Whether the toolchain in `folder` runs YAML programs."""
    return beside.is_beside(folder, places.YAML_HOST)


def ensure(folder: Path) -> None:
    """Put the host beside the CLI in `folder`.

    Raises ToolchainError where it is missing and the toolchain is the user's own, or cannot be built.
    """
    if is_beside(folder):
        return
    if not folder.resolve().is_relative_to(places.cache().resolve()):
        raise ToolchainError(
            f"{folder} has no {places.YAML_HOST}, nor is one on the PATH: install it there, "
            "or take that pulumi off the PATH to use the one that is built here"
        )
    with alone(places.cache()):
        beside.place(_built(), folder)


def _built() -> Path:
    """The program, from this or an earlier run."""
    target = places.yaml_folder()
    if not target.exists():
        go = golang.find()
        say(f"Building the language host for YAML with Go {go.version} ({go.program}):")
        say("  about 2 minutes on two cores the first time.")
        with whole(target) as made:
            compile_packages(go, places.YAML_SOURCES, [_PACKAGE], made / "bin")
        go.drop_own_caches()
    return target / "bin" / places.YAML_HOST
