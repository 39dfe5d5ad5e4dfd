"""Where a model comes from: the commit of the file's repository, and who registered it."""

import getpass
import subprocess
from pathlib import Path

_GIT_SECONDS = 5


def revision(path: Path) -> str:
    """The commit that is checked out where the file lies; empty outside a git work tree."""
    command = ["git", "-C", str(path.resolve().parent), "rev-parse", "HEAD"]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=_GIT_SECONDS, check=False
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def created_by() -> str:
    """The name of the user who runs this."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""
