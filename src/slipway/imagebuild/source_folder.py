"""The entry script's folder: which of its files belong to the image."""

from collections.abc import Collection, Iterator
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
        raise BuildInputError(
            {"source_dir": f"{folder} is not a folder: name the one that holds the script"}
        )
    if not entry_script.resolve().is_relative_to(folder.resolve()):
        raise BuildInputError(
            {
                "entry_script": f"{entry_script} is not below source_dir {folder}: "
                "move it there, or leave source_dir out"
            }
        )
    paths = sorted(_paths(folder))
    outside = [path for path in paths if not path.resolve().is_relative_to(folder.resolve())]
    if outside:
        raise BuildInputError(
            {
                "source_dir": f"{outside[0]} is a link to a file outside {folder}, "
                "which an image cannot hold: copy the file"
            }
        )
    size = sum(path.stat().st_size for path in paths)
    if len(paths) > _MAX_FILES or size > _MAX_BYTES:
        raise BuildInputError(
            {
                "source_dir": f"{folder} holds {len(paths)} files and {size >> 20} MiB, "
                f"more than {_MAX_FILES} files or {_MAX_BYTES >> 20} MiB: name the folder of the "
                "script alone, and register large files as models"
            }
        )


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
    for path in folder.rglob("*"):
        parts = path.relative_to(folder).parts
        if path.is_file() and not unwanted & set(parts) and path.suffix != ".pyc":
            yield path
