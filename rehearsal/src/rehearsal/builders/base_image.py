"""The base of a Docker build where no public registry answers: Python from Debian's packages.

    python -m rehearsal.builders.base_image python:3.11-slim-bookworm

makes it by hand. Needs mmdebstrap, and root or user namespaces.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from rehearsal.docker_cli import client
from rehearsal.docker_cli.client import DockerError

_PYTHON_BASE = re.compile(r"(?:^|/)python:(\d+\.\d+)(?:\.\d+)?(?:-|$|@)")
# Which Debian brings which Python.
_SUITES = {"3.11": "bookworm", "3.13": "trixie"}
_PACKAGES = "python3,python3-pip,python-is-python3,ca-certificates"
_REPOSITORY = "slipway/python-from-debian"
_PULL_SECONDS = float(os.environ.get("SLIPWAY_BASE_PULL_SECONDS", "60"))
_MAKE_SECONDS = 900


def ensure(base: str, progress: Callable[[str], None], *, pull: bool = False) -> str:
    """The base that is there for a build: `base` itself, pulled if need be, or a substitute's name.

    Raises DockerError when it can neither be pulled nor made.
    """
    if not pull and client.succeeds(["image", "inspect", base]):
        return base
    try:
        client.call(["pull", base], timeout=_PULL_SECONDS)
    except DockerError as refusal:
        if client.succeeds(["image", "inspect", base]):
            return base
        return _substitute(base, str(refusal), progress)
    return base


def _substitute(base: str, why: str, progress: Callable[[str], None]) -> str:
    match = _PYTHON_BASE.search(base)
    suite = _SUITES.get(match[1]) if match else None
    if suite is None:
        raise DockerError(
            f"the base image {base} cannot be pulled, and nothing stands in for it: {why}"
        )
    name = f"{_REPOSITORY}:{match[1] if match else ''}-{suite}"
    progress(
        f"the base image {base} cannot be pulled; {name}, made from Debian's packages, is used instead"
    )
    if not client.succeeds(["image", "inspect", name]):
        make(suite, name)
    return name


def make(suite: str, name: str) -> None:
    """Make a base image from Debian packages (about half a minute). Raises DockerError."""
    if shutil.which("mmdebstrap") is None:
        raise DockerError(
            f"no registry with base images answers, and {name} needs mmdebstrap to be made: "
            "install it (apt-get install mmdebstrap), or name a base_image that can be pulled"
        )
    with tempfile.TemporaryDirectory(prefix="slipway-base-") as folder:
        archive = Path(folder) / "base.tar"
        command = [
            "mmdebstrap", "--quiet", "--variant=minbase", f"--include={_PACKAGES}", suite, str(archive),
            *_sources(suite),
        ]  # fmt: skip
        environment = {**os.environ, "SOURCE_DATE_EPOCH": "315532800"}
        completed = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=_MAKE_SECONDS, check=False
        )  # fmt: skip
        if completed.returncode != 0:
            raise DockerError(f"mmdebstrap failed: {completed.stderr.strip()[-2000:]}")
        client.call(
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
