"""What of a source directory stays out of the image: tools' leavings, credentials, what its ignore file names."""

from collections.abc import Callable, Iterator
from pathlib import Path

from slipway.imagebuild.errors import BuildInputError

STAGING = ".slipway"
"""Folder in a project where build contexts are staged."""

IGNORE_FILES = (".amlignore", ".dockerignore", ".gitignore")
"""The first of these that a source directory has is heeded, as Azure ML did."""

# What editors, version control, file managers and Python leave behind; none of it is source.
LEFT_OUT = frozenset(
    {".DS_Store", ".git", ".hg", ".hypothesis", ".idea", ".ipynb_checkpoints", ".mypy_cache"}
    | {".nox", ".pytest_cache", ".ruff_cache", ".svn", ".tox", ".venv", ".vscode"}
    | {STAGING, "Thumbs.db", "__pycache__", "desktop.ini", "node_modules", "*.pyc"}
)

# Whoever pulls the image reads them. `!.env` in the ignore file takes one all the same.
CREDENTIALS = (
    *(
        ".env",
        ".env.*",
        "!.env.example",
        "!.env.template",
        ".netrc",
        "_netrc",
        ".pypirc",
        "pip.conf",
        "pip.ini",
    ),
    *(".aws/", ".azure/", ".kube/", ".ssh/", ".docker/config.json", ".git-credentials", ".npmrc"),
    *(
        "id_rsa",
        "id_dsa",
        "id_ecdsa",
        "id_ed25519",
        "*.pfx",
        "*.p12",
        "*.jks",
        "*.keystore",
        "*.ppk",
        "*.kdbx",
    ),
    *(
        "*.key",
        "*-key.pem",
        "*_key.pem",
        "key.pem",
        "privkey.pem",
        "credentials.json",
        "client_secret*.json",
    ),
)

Ignored = Callable[[str], bool]
"""Whether a path below the folder, with a slash behind it where it is a folder, is left out."""


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
