"""kubelogin, by which whoever runs Pulumi signs in to a cluster whose users are Entra's.

Azure's kubeconfig names it. One on the PATH is taken; beside a CLI that was built here it is built as well, but only
when somebody asks for it: no other cluster needs it.
"""

from pathlib import Path

from rehearsal.golang import go
from rehearsal.golang.compile import compile_packages
from rehearsal.golang.errors import ToolchainError
from rehearsal.golang.install import alone, whole
from rehearsal.golang.report import say
from rehearsal.golang.version import required_go
from tools import places
from tools.beside import is_beside, place

VERSION = "0.2.22"
PROGRAM = "kubelogin"
_PACKAGE = "github.com/Azure/kubelogin"


def ensure(folder: Path) -> None:
    """See that kubelogin is on the PATH, where the toolchain in `folder` is.

    Raises ToolchainError where it is not and the toolchain is the user's own, or where it cannot be built.
    """
    if is_beside(folder, PROGRAM):
        return
    if not folder.resolve().is_relative_to(places.cache().resolve()):
        raise ToolchainError(
            f"{folder} has no {PROGRAM}, nor is one on the PATH: install it "
            "(https://azure.github.io/kubelogin/install.html), or take that pulumi off the PATH to use the one that is "
            "built here"
        )
    with alone(places.cache()):
        place(_built(), folder)


def _built() -> Path:
    """The program, from this or an earlier run."""
    target = places.kubelogin_folder()
    if not target.exists():
        _build(target)
    return target / "bin" / PROGRAM


def _build(target: Path) -> None:
    found = go.find(required_go(places.KUBELOGIN_SOURCES / "go.mod"), places.cache())
    say(f"Building {PROGRAM} {VERSION} with Go {found.version} ({found.program}):")
    say("  a few minutes on two cores the first time; only clusters with Entra's users need it.")
    static = found.static()
    with whole(target) as made:
        # Without it the program does not know its version, which its makers ask for in reports.
        flags = f"-s -w -X main.gitTag=v{VERSION}"
        compile_packages(static, places.KUBELOGIN_SOURCES, [_PACKAGE], made / "bin", ldflags=flags)
    found.drop_own_caches()
