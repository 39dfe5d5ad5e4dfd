"""The entry script's folder: which of its files belong to the image."""

import os
from collections.abc import Collection, Iterator
from itertools import islice
from pathlib import Path

from slipway.imagebuild.errors import BuildInputError

STAGING = ".slipway"
"""Folder in a project where build contexts are staged."""

# What editors, version control, file managers and Python leave behind; none of it is source.
LEFT_OUT = frozenset(
    {".DS_Store", ".git", ".hg", ".hypothesis", ".idea", ".ipynb_checkpoints", ".mypy_cache"}
    | {".nox", ".pytest_cache", ".ruff_cache", ".svn", ".tox", ".venv", ".vscode"}
    | {STAGING, "Thumbs.db", "__pycache__", "desktop.ini", "node_modules"}
)
_MAX_FILES = 5000
_MAX_BYTES = 256 << 20


def check(folder: Path, entry_script: Path) -> None:
    """Raises BuildInputError when the folder cannot go into an image."""
    if not folder.is_dir():
        raise _refusal(f"{folder} is not a folder: name the one that holds the script")
    if not entry_script.resolve().is_relative_to(folder.resolve()):
        raise BuildInputError(
            {
                "entry_script": f"{entry_script} is not below the source directory {folder}: "
                "move it there, or leave the source directory out"
            }
        )
    try:
        # No more than are needed to see that there are too many.
        paths = sorted(islice(_paths(folder), _MAX_FILES + 1))
        outside = [path for path in paths if not path.resolve().is_relative_to(folder.resolve())]
        size = sum(path.stat().st_size for path in paths)
    except OSError as error:
        raise _refusal(
            f"{error.filename or folder} cannot be read ({error.strerror}): name the folder of the script alone"
        ) from None
    if outside:
        raise _refusal(
            f"{outside[0]} is a link to a file outside {folder}, which an image cannot hold: copy the file"
        )
    if len(paths) > _MAX_FILES or size > _MAX_BYTES:
        more = "more than " if len(paths) > _MAX_FILES else ""
        raise _refusal(
            f"{folder} holds {more}{min(len(paths), _MAX_FILES)} files and {size >> 20} MiB; at most "
            f"{_MAX_FILES} files and {_MAX_BYTES >> 20} MiB go into an image: name the folder of the "
            "script alone, and register large files as models"
        )


def _refusal(why: str) -> BuildInputError:
    return BuildInputError({"source_directory": why})


def files(folder: Path, left_out: Collection[str] = ()) -> Iterator[tuple[str, bytes]]:
    """Path below the folder and content of each file, sorted by path; none below what is `left_out`."""
    found = {path.relative_to(folder).as_posix(): path for path in _paths(folder, left_out)}
    for relative, path in sorted(found.items()):
        yield relative, read(path)


def read(path: Path) -> bytes:
    """A file as it goes into the image: Python source with `\\n`, however git checked it out."""
    content = path.read_bytes()
    return content.replace(b"\r\n", b"\n") if path.suffix == ".py" else content


def _paths(folder: Path, left_out: Collection[str] = ()) -> Iterator[Path]:
    unwanted = LEFT_OUT | set(left_out)
    for place, folders, names in os.walk(folder, onerror=_raise):
        folders[:] = [name for name in folders if name not in unwanted]
        for name in names:
            path = Path(place, name)
            if name not in unwanted and path.suffix != ".pyc" and path.is_file():
                yield path


def _raise(error: OSError) -> None:
    # The walk would leave the folder out, unsaid.
    raise error
