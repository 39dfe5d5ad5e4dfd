"""The base of a Docker build where no public registry can be reached: Python from Debian's packages.

    python -m rehearsal.builders.docker.base_image python:3.11-slim-bookworm

makes it by hand. Needs mmdebstrap, and root or user namespaces.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from rehearsal import docker_cli
from rehearsal.distribution import image_python
from rehearsal.docker_cli import DockerError

# Which Debian brings which Python.
_SUITES = {"3.11": "bookworm", "3.13": "trixie"}
_PACKAGES = "python3,python3-pip,python-is-python3,ca-certificates"
_REPOSITORY = "rehearsal/python-from-debian"
_PULL_SECONDS = float(os.environ.get("REHEARSAL_BASE_PULL_SECONDS", "60"))
_MAKE_SECONDS = 900


def ensure(
    base: str,
    progress: Callable[[str], None],
    *,
    pull: bool = False,
    login: Mapping[str, str] | None = None,
) -> str:
    """The base that is there for a build: `base` itself, pulled if need be, or a substitute's name.

    Raises DockerError when it can neither be pulled nor made.
    """
    if not pull and docker_cli.succeeds(["image", "inspect", base]):
        return base
    try:
        docker_cli.call(["pull", base], environment=login, timeout=_PULL_SECONDS)
    except DockerError as refusal:
        if docker_cli.succeeds(["image", "inspect", base]):
            return base
        return _substitute(base, str(refusal), progress)
    return base


def _substitute(base: str, why: str, progress: Callable[[str], None]) -> str:
    python = ".".join((image_python.of_base(base) or "").split(".")[:2])
    suite = _SUITES.get(python)
    if suite is None:
        raise DockerError(
            f"the base image {base} cannot be pulled, and there is no substitute for it: {why}"
        )
    name = f"{_REPOSITORY}:{python}-{suite}"
    progress(
        f"the base image {base} cannot be pulled: {name}, made from Debian's packages, is used instead"
    )
    if not docker_cli.succeeds(["image", "inspect", name]):
        make(suite, name)
    return name


def make(suite: str, name: str) -> None:
    """Make a base image from Debian packages (about half a minute). Raises DockerError."""
    if shutil.which("mmdebstrap") is None:
        raise DockerError(
            f"no registry with base images can be reached, and making {name} needs mmdebstrap: "
            "install it (apt-get install mmdebstrap), or name a base_image that can be pulled"
        )
    with tempfile.TemporaryDirectory(prefix="rehearsal-base-") as folder:
        archive = Path(folder) / "base.tar"
        options = ["--quiet", "--variant=minbase", f"--include={_PACKAGES}"]
        completed = subprocess.run(
            ["mmdebstrap", *options, suite, str(archive), *_sources(suite)],
            env={**os.environ, "SOURCE_DATE_EPOCH": "315532800"},
            capture_output=True,
            text=True,
            timeout=_MAKE_SECONDS,
            check=False,
        )
        if completed.returncode != 0:
            raise DockerError(f"mmdebstrap failed: {completed.stderr.strip()[-2000:]}")
        docker_cli.call(
            ["import", "--change", "ENV LANG=C.UTF-8", str(archive), name], timeout=_MAKE_SECONDS
        )


def _sources(suite: str) -> list[str]:
    """This machine's own package sources, where they are of the same Debian: they are known to be reached."""
    release = Path("/etc/os-release")
    if not release.is_file() or f"VERSION_CODENAME={suite}" not in release.read_text(
        encoding="utf-8"
    ):
        return []
    places = [Path("/etc/apt/sources.list"), *sorted(Path("/etc/apt/sources.list.d").glob("*"))]
    return [str(path) for path in places if path.is_file() and path.suffix in (".list", ".sources")]


if __name__ == "__main__":
    print(ensure(sys.argv[1], print))
