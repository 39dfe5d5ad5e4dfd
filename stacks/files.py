"""Files that the settings name: looked at before anything is deployed."""

import ssl
from pathlib import Path

from slipway.imagebuild import conda
from slipway.imagebuild import entry_script as scripts
from slipway.imagebuild.errors import BuildInputError


def model_file(path: Path) -> Path:
    """A file with something in it; raises `ValueError`."""
    if not path.is_file():
        raise ValueError(f"must be an existing file, got {str(path)!r}")
    if path.stat().st_size == 0:
        raise ValueError(f"must not be empty, got {str(path)!r}")
    return path


def entry_script(path: Path) -> Path:
    """A Python script with init() and run(); raises `ValueError` with all its problems."""
    try:
        scripts.check(path)
    except BuildInputError as error:
        raise ValueError(_told("must be an entry script", path, error)) from None
    return path


def conda_file(path: Path) -> Path:
    """A conda environment file; raises `ValueError` with all its problems."""
    try:
        conda.read(path)
    except BuildInputError as error:
        raise ValueError(_told("must be a conda environment", path, error)) from None
    return path


def directory(path: Path) -> Path:
    """A folder; raises `ValueError`."""
    if not path.is_dir():
        raise ValueError(f"must be an existing folder, got {str(path)!r}")
    return path


def certificate(path: Path) -> Path:
    """PEM certificates; raises `ValueError`."""
    try:
        ssl.create_default_context(cadata=path.read_text())
    except (OSError, ValueError, ssl.SSLError) as error:
        raise ValueError(
            f"must be a file of PEM certificates, got {str(path)!r} ({error})"
        ) from None
    return path


def _told(rule: str, path: Path, error: BuildInputError) -> str:
    problems = "; ".join(f"{where}: {what}" for where, what in error.problems.items())
    return f"{rule}, got {str(path)!r} ({problems})"
