"""When the disk is full: how that is recognised, and the sentence for it."""

import errno
import shutil
import sqlite3
from pathlib import Path

_LINE = 4096
_FULL = (errno.ENOSPC, errno.EDQUOT)


def is_full(problem: BaseException | None) -> bool:
    """Whether that is what the problem, or one behind it, is about."""
    while problem is not None:
        if isinstance(problem, OSError) and problem.errno in _FULL:
            return True
        if isinstance(problem, sqlite3.OperationalError) and "full" in str(problem):
            return True
        problem = problem.__cause__ or problem.__context__
    return False


def has_room(folder: Path) -> bool:
    """Whether as much as a log's line can be written there."""
    return shutil.disk_usage(folder).free >= _LINE


def sentence(where: object) -> str:
    """What to tell the user; nothing that was there before is lost."""
    return f"The disk is full: the rehearsal cannot write to {where}. Make room there, then do it again."
