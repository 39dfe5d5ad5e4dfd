"""The Pulumi toolchain: finds it, or obtains it, and says where it is.

    python -m tools.toolchain ensure      obtain it where it is missing; prints its folder
    python -m tools.toolchain yaml        the same, with the language host for YAML programs
    python -m tools.toolchain kubernetes  the same, with the vendor's Kubernetes provider
    python -m tools.toolchain kubelogin   the same, with kubelogin, for clusters with Entra's users
    python -m tools.toolchain path        print its folder, or say that it is missing
    python -m tools.toolchain clean       remove what was obtained

In this order: a `pulumi` on the PATH that is new enough and has its Python language host, the
vendor's archive where the vendor can be reached, a build from the published Go module.
"""

import argparse
import shutil
import sys
from pathlib import Path

from rehearsal.golang.errors import ToolchainError
from rehearsal.golang.install import alone
from rehearsal.golang.report import say
from tools import build, kubelogin, kubernetes_provider, places, vendor, yaml_host
from tools.path_pulumi import on_path
from tools.version import wanted

#: What some stacks need beside the CLI.
_BESIDE = {"yaml": yaml_host, "kubernetes": kubernetes_provider, "kubelogin": kubelogin}


def find() -> Path | None:
    """The folder to put first on the PATH, or None while there is no toolchain. Quick."""
    try:
        return on_path()
    except ToolchainError:
        return _obtained()


def ensure() -> Path:
    """The folder to put first on the PATH; obtains the toolchain where there is none.

    Raises ToolchainError that lists every way tried and what came of it.
    """
    try:
        return on_path()
    except ToolchainError as reason:
        tried = [str(reason)]
    if folder := _obtained():
        return folder
    with alone(places.cache()):
        return _obtained() or _obtain(tried)


def _obtained() -> Path | None:
    for folder in (places.release_folder(), places.build_folder()):
        if (folder / "bin" / places.CLI).exists():
            return folder / "bin"
    return None


def _obtain(tried: list[str]) -> Path:
    version = wanted()
    say(f"Pulumi {version} is not here yet ({tried[0]}).")
    say("Trying the vendor's archive (about 150 MB; a minute on a usual line).")
    try:
        vendor.download(version, places.release_folder())
        return places.release_folder() / "bin"
    except ToolchainError as reason:
        tried.append(str(reason))
        say(f"  {reason}")
    try:
        build.build(version, places.build_folder(), cli=_built_before())
        return places.build_folder() / "bin"
    except ToolchainError as reason:
        tried.append(str(reason))
    raise ToolchainError(
        f"Pulumi {version} could not be obtained. Tried:\n  - "
        + "\n  - ".join(tried)
        + "\nInstall Pulumi yourself and put it on the PATH, or make one of these ways work."
    )


def _built_before() -> Path | None:
    """A CLI of the wanted version, built with an earlier state of our language host."""
    built = places.cache().glob(f"pulumi-{wanted()}-*/bin/{places.CLI}")
    return next(iter(sorted(built)), None)


def clean() -> None:
    """Remove everything that was obtained. What is on the PATH is not ours."""
    with alone(places.cache()):
        for folder in places.cache().iterdir():
            if folder.is_dir():
                shutil.rmtree(folder)


def main(arguments: list[str] | None = None) -> int:
    """The command line; see the module."""
    parser = argparse.ArgumentParser(prog="tools.toolchain", description=__doc__.splitlines()[0])
    parser.add_argument("command", choices=["ensure", *_BESIDE, "path", "clean"])
    command = parser.parse_args(arguments).command
    try:
        if command == "clean":
            clean()
            return 0
        folder = find() if command == "path" else ensure()
        if folder and command in _BESIDE:
            _BESIDE[command].ensure(folder)
    except ToolchainError as error:
        say(str(error))
        return 1
    except KeyboardInterrupt:
        say("Stopped; nothing half-made is left, and the next run goes on where Go's cache stands.")
        return 130
    if folder is None:
        say("There is no Pulumi toolchain yet: make toolchain")
        return 1
    if command != "path":
        say(f"Pulumi: {folder}")
    print(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
