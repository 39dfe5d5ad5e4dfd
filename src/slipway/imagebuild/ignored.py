"""What of a source directory stays out of the image: tools' leavings, credentials, what its ignore file names."""

from collections.abc import Iterator
from pathlib import Path

from slipway.folders.walking import Ignored
from slipway.imagebuild.errors import BuildInputError
from slipway.rules.left_out import CREDENTIALS, LEFT_OUT

IGNORE_FILES = (".amlignore", ".dockerignore", ".gitignore")
"""The first of these that a source directory has is heeded, as Azure ML did."""


def ignored_in(folder: Path) -> Ignored:
    """What is left out of this folder. Raises BuildInputError where its ignore file cannot be read."""
    from pathspec import GitIgnoreSpec

    lines = (*sorted(LEFT_OUT), *CREDENTIALS, *IGNORE_FILES, *_lines(folder))
    # Of several patterns the last that matches decides, so that the user's win.
    return GitIgnoreSpec.from_lines(lines).match_file


def _lines(folder: Path) -> Iterator[str]:
    for name in IGNORE_FILES:
        file = folder / name
        if not file.is_file():
            continue
        try:
            lines = file.read_text(encoding="utf-8").splitlines()
        except (OSError, ValueError) as error:
            raise BuildInputError({"source_directory": f"{file} cannot be read: {error}"}) from None
        yield from map(_from_the_root, lines) if name == ".dockerignore" else lines
        return


def _from_the_root(line: str) -> str:
    """A pattern of Docker's, which is always of the whole path, as git would write it."""
    pattern = line.strip()
    if not pattern or pattern.startswith("#"):
        return line
    sign = "!" if pattern.startswith("!") else ""
    return f"{sign}/{pattern.removeprefix('!').strip().removeprefix('./').lstrip('/')}"
