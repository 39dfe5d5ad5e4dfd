"""The vendor's Kubernetes provider, which only stacks with services on a cluster need.

The engine gets it from the vendor by itself. Where the vendor is out of reach it is built from its published Go
module, once, and put beside the CLI that was built here, where the engine finds it on the PATH (and says so).
"""

import json
import shutil
import subprocess
import tempfile
from pathlib import Path

from rehearsal.golang import go
from rehearsal.golang.compile import compile_packages
from rehearsal.golang.errors import ToolchainError
from rehearsal.golang.install import alone, whole
from rehearsal.golang.report import say
from rehearsal.golang.version import required_go
from tools import places
from tools.beside import is_beside, place

VERSION = "4.25.0"
"""The release of the Python package `pulumi-kubernetes` too: the engine warns where they differ."""
PROGRAM = "pulumi-resource-kubernetes"
_MODULE = "github.com/pulumi/pulumi-kubernetes/provider/v4"
#: What the vendor's release embeds, by the name that our main.go has for it.
_EMBEDDED = {
    "schema.json": "schema-embed.json",
    "terraform-mapping.json": "terraform-mapping-embed.json",
}
_INSTALL_SECONDS = 600


def ensure(folder: Path) -> None:
    """See that the engine in `folder` has the provider.

    Raises ToolchainError where it cannot be had: a toolchain of the user's own gets it from the vendor alone.
    """
    if is_beside(folder, PROGRAM) or _vendors(folder):
        return
    if not folder.resolve().is_relative_to(places.cache().resolve()):
        raise ToolchainError(
            f"the Kubernetes provider {VERSION} is not installed, and the vendor is out of reach: where it is not, run "
            f"`pulumi plugin install resource kubernetes {VERSION}`, or take that pulumi off the PATH to use what is "
            "built here"
        )
    with alone(places.cache()):
        place(_built(), folder)


def _vendors(folder: Path) -> bool:
    """Whether it is installed, or can be: what the engine would do at the first preview."""
    command = [str(folder / places.CLI), "plugin", "install", "resource", "kubernetes", VERSION]
    try:
        done = subprocess.run(command, capture_output=True, timeout=_INSTALL_SECONDS)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _built() -> Path:
    """The program, from this or an earlier run."""
    target = places.kubernetes_provider_folder()
    if not target.exists():
        _build(target)
    return target / "bin" / PROGRAM


def _build(target: Path) -> None:
    found = go.find(required_go(places.KUBERNETES_SOURCES / "go.mod"), places.cache())
    say(f"Building the Kubernetes provider {VERSION} with Go {found.version} ({found.program}):")
    say(
        "  about 5 minutes on two cores the first time; only stacks with services on a cluster need it."
    )
    static = found.static()
    with whole(target) as made, tempfile.TemporaryDirectory(prefix="slipway-") as scratch:
        sources = Path(scratch) / PROGRAM
        shutil.copytree(places.KUBERNETES_SOURCES, sources)
        _embed(_module(static, sources), sources)
        flags = f"-s -w -X {_MODULE}/pkg/version.Version=v{VERSION}"
        compile_packages(static, sources, ["."], made / "bin", ldflags=flags)
    found.drop_own_caches()


def _module(found: go.Go, sources: Path) -> Path:
    """The folder of the provider's module, which is fetched."""
    command = [str(found.program), "mod", "download", "-json", _MODULE]
    done = subprocess.run(command, cwd=sources, env=found.env, capture_output=True, text=True)
    if done.returncode != 0:
        raise ToolchainError(f"build: {_MODULE} cannot be fetched: {done.stderr.strip()}")
    return Path(json.loads(done.stdout)["Dir"])


def _embed(module: Path, sources: Path) -> None:
    for name, embedded in _EMBEDDED.items():
        content = json.loads((module / "cmd" / PROGRAM / name).read_text(encoding="utf-8"))
        if name == "schema.json":
            content["version"] = VERSION
        (sources / embedded).write_text(
            json.dumps(content, separators=(",", ":")), encoding="utf-8"
        )
