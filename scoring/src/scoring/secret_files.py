"""Secret variables that come as files, one file a variable: what a secret volume of a container holds."""

from __future__ import annotations

import argparse
import os
import re
import stat
from collections.abc import Iterator, MutableMapping
from pathlib import Path

from scoring.errors import ScoringError

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
# What Linux passes on to a child process in one variable, its name and two more bytes included.
_LONGEST = 128 * 1024


def add_argument(parser: argparse.ArgumentParser) -> None:
    """`--secrets`, of every command that loads a script.

    A flag and not a variable: a server that does not know it refuses to start, instead of serving without its keys.
    """
    parser.add_argument(
        "--secrets",
        type=Path,
        metavar="FOLDER",
        help="folder with secret variables, one file each; set before anything of the script is loaded",
    )


def take_in(folder: Path | None, variables: MutableMapping[str, str] = os.environ) -> None:
    """Set the variables that the files of `folder` hold. Raises ScoringError with all problems, and no value."""
    if folder is None:
        return
    problems: list[str] = []
    for path in _files(folder):
        why = _refusal(path)
        if why is None:
            variables[path.name] = os.fsdecode(path.read_bytes())
        else:
            problems.append(f"{_shown(path)} (--secrets) {why}")
    if problems:
        raise ScoringError("; ".join(problems))


def _files(folder: Path) -> Iterator[Path]:
    """All but hidden ones: Kubernetes keeps the versions of a secret in folders that begin with two dots."""
    try:
        found = sorted(folder.iterdir())
    except OSError as error:
        raise ScoringError(
            f"the folder {_shown(folder)} (--secrets) cannot be read: {error.strerror or error}"
        ) from None
    return (path for path in found if not path.name.startswith("."))


def _refusal(path: Path) -> str | None:
    if _NAME.fullmatch(path.name) is None:
        return "must have a name that a variable may have: letters, digits and underscores"
    try:
        # Before it is opened: a named pipe would be waited for, without end.
        if not stat.S_ISREG(path.stat().st_mode):
            return "must be a file with the variable's value"
        content = path.read_bytes()
    except OSError as error:
        return f"cannot be read: {error.strerror or error}"
    if not _is_text(content):
        return "must hold text in UTF-8"
    if b"\0" in content:
        return "holds a zero byte, which no variable can hold"
    if len(path.name) + len(content) + 2 > _LONGEST:
        return (
            f"has {len(content)} bytes; a variable with its name must have at most {_LONGEST - 2}"
        )
    return None


def _is_text(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def _shown(path: Path) -> str:
    """A message has one line, whatever a name holds."""
    text = str(path)
    return text if text.isprintable() else repr(text)
