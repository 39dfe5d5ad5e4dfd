"""Finds a Python of the version that an image wants, as images run here without a base of their own."""

import platform
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import uv

_VERSION = re.compile(r"^\d+\.\d+(\.\d+)?$")


class NoInterpreterError(Exception):
    """No Python of that version is on this machine; one sentence."""


@cache
def find(version: str) -> Path:
    """An interpreter of `version` (`3.11` or `3.11.7`; the minor version decides). Raises NoInterpreterError."""
    if not _VERSION.match(version):
        raise NoInterpreterError(
            f"{version!r} is no Python version: an image says it as 3.11 in its label"
        )
    minor = ".".join(version.split(".")[:2])
    if minor == ".".join(platform.python_version_tuple()[:2]):
        return Path(getattr(sys, "_base_executable", "") or sys.executable).resolve()
    return _installed(minor)


def _installed(minor: str) -> Path:
    completed = subprocess.run(
        [uv.find_uv_bin(), "python", "find", "--no-python-downloads", "--system", minor],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    if completed.returncode != 0:
        raise NoInterpreterError(
            f"the image needs Python {minor}, and this machine has none: install it "
            f"(`uv python install {minor}`), or set SLIPWAY_RUNTIME=docker"
        )
    return Path(completed.stdout.strip())
