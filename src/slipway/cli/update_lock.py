"""Whether an update of a stack is still running on this machine, as the file backend's lock tells it."""

import json
import os
import platform
from pathlib import Path

from slipway.cli import file_backend
from slipway.cli.errors import CommandError
from slipway.cli.stacks import Stack


def refuse_while_running(stack: Stack) -> None:
    """Raise `CommandError` when the process that holds the stack's lock is alive here.

    Cancelling a live update corrupts its state. Other backends than `file://` refuse on their own.
    """
    for lock in _locks(stack):
        pid = _holder(lock)
        if pid is not None and _alive(pid):
            raise CommandError(
                f"an update of {stack.shown} is running (process {pid}); "
                "wait for it, or stop it, before recovering"
            )


def _locks(stack: Stack) -> list[Path]:
    root = file_backend.root()
    if root is None or stack.name is None:
        return []
    return [lock for lock in (root / "locks").rglob("*.json") if lock.parent.name == stack.short]


def _holder(lock: Path) -> int | None:
    """The process id in the lock, if it was taken on this machine."""
    try:
        content = json.loads(lock.read_text())
    except (OSError, ValueError):
        return None
    here = content.get("hostname") in (None, "", platform.node())
    pid = content.get("pid")
    return pid if here and isinstance(pid, int) else None


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return not _zombie(pid)


def _zombie(pid: int) -> bool:
    """A killed child that nobody has waited for holds nothing any more (Linux; elsewhere False)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[-1].split()[0] == "Z"
    except OSError:
        return False
