"""A Pulumi that the user has already."""

import os
import shutil
import subprocess
from pathlib import Path

from rehearsal.golang.errors import ToolchainError
from rehearsal.golang.version import Version
from tools.places import CLI, HOST, cache
from tools.version import MINIMUM

SECONDS_TO_ANSWER = 20


def on_path() -> Path:
    """The folder of a `pulumi` on the PATH that is new enough and has its Python language host.

    Raises ToolchainError with the reason where there is none.
    """
    found = shutil.which(CLI)
    if found is None:
        raise ToolchainError("PATH: no pulumi there")
    binary = Path(found).resolve()
    if binary.is_relative_to(cache().resolve()):
        raise ToolchainError(
            f"PATH: {found} was obtained by this program, perhaps an earlier state of it"
        )
    version = version_of(binary)
    if version is None:
        raise ToolchainError(f"PATH: {found} does not say its version")
    if version < MINIMUM:
        raise ToolchainError(f"PATH: {found} is {version}, at least {MINIMUM} is needed")
    if not os.access(binary.with_name(HOST), os.X_OK) and shutil.which(HOST) is None:
        raise ToolchainError(f"PATH: {found} has no {HOST} beside it, nor is one on the PATH")
    return Path(found).parent


def version_of(binary: Path) -> Version | None:
    """What `pulumi version` answers, or None where it answers nothing of the kind."""
    env = {**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"}
    try:
        answer = subprocess.run(
            [binary, "version"], capture_output=True, text=True, timeout=SECONDS_TO_ANSWER, env=env
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return Version.parse(answer.stdout) if answer.returncode == 0 else None
