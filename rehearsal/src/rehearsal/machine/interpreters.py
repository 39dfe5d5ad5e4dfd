"""Finds a Python of exactly the version that an image wants; another version is never substituted.

An image's packages are installed, compiled and run by the Python of its own version, whichever Python runs the
rehearsal. It is looked for among this process' own, `pythonX.Y` on the PATH and those that uv manages; one that is
missing is installed by `uv python install`, as on any user's machine.
"""

import logging
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import uv

_log = logging.getLogger(__name__)
_VERSION = re.compile(r"(\d+)\.(\d+)(?:\..*)?")
_ASK_SECONDS = 30
_INSTALL_SECONDS = 600
# What a Python reports of itself; in a virtual environment the Python that it was made from.
_REPORT = (
    "import sys; print('%d.%d' % sys.version_info[:2], sys.implementation.name, "
    "getattr(sys, '_base_executable', '') or sys.executable, sep='\\n')"
)


class NoInterpreterError(Exception):
    """No Python of that version is on this machine, and none could be installed; one sentence."""


@cache
def find(version: str) -> Path:
    """An interpreter of `version` (`3.11` or `3.11.7`; the minor version decides). Raises NoInterpreterError."""
    match = _VERSION.fullmatch(version)
    if match is None:
        raise NoInterpreterError(f"{version!r} is not a Python version: write it as 3.11")
    minor = f"{match[1]}.{match[2]}"
    for candidate in _present(minor):
        if base := _base(candidate, minor):
            return base
    failure = _install(minor)
    for candidate in _managed(minor):
        if base := _base(candidate, minor):
            return base
    raise NoInterpreterError(
        f"the image needs Python {minor}, which is not on this machine and which uv could not install ({failure}): "
        f"install it (`uv python install {minor}`, or a package that puts python{minor} on the PATH), or use "
        "SLIPWAY_RUNTIME=docker"
    )


def _present(minor: str) -> Iterator[str]:
    """Commands that may be it, the cheapest to ask first."""
    if minor == f"{sys.version_info.major}.{sys.version_info.minor}":
        yield sys.executable
    for folder in os.environ.get("PATH", os.defpath).split(os.pathsep):
        # All of them: the first may be a shim (pyenv) for a version that is not active.
        if found := shutil.which(f"python{minor}", path=folder):
            yield found
    yield from _managed(minor)


def _base(candidate: str, minor: str) -> Path | None:
    """The interpreter behind a command, if it really is CPython of that version."""
    done = _run([candidate, "-I", "-c", _REPORT], _ASK_SECONDS)
    words = done.stdout.split("\n") if done and done.returncode == 0 else []
    if words[:2] != [minor, "cpython"]:
        return None
    return Path(words[2]).resolve()


def _managed(minor: str) -> Iterator[str]:
    command = [
        uv.find_uv_bin(),
        "python",
        "find",
        "--managed-python",
        "--no-python-downloads",
        minor,
    ]
    done = _run([*command, "--no-config", "--no-project"], _ASK_SECONDS)
    if done and done.returncode == 0:
        yield done.stdout.strip()


def _install(minor: str) -> str:
    """Why not, when uv failed: the innermost of the causes that it prints."""
    _log.info("installing Python %s with uv", minor)
    done = _run([uv.find_uv_bin(), "python", "install", "--no-bin", minor], _INSTALL_SECONDS)
    if done is None:
        return "it did not end in time"
    lines = [line.strip() for line in done.stderr.splitlines() if line.strip()]
    return lines[-1].removeprefix("cause: ") if lines else f"exit code {done.returncode}"


def _run(command: list[str], seconds: float) -> "subprocess.CompletedProcess[str] | None":
    try:
        return subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=seconds,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
