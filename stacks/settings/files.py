"""Settings that name files: looked at before anything is deployed."""

import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator

from slipway.imagebuild import conda
from slipway.imagebuild import entry_script as scripts
from slipway.imagebuild.errors import BuildInputError


def _model_file(path: Path) -> Path:
    if not path.is_file():
        raise ValueError(f"names a file that does not exist: {str(path)!r}")
    if path.stat().st_size == 0:
        raise ValueError(f"names an empty file: {str(path)!r}")
    return path


def _directory(path: Path) -> Path:
    if not path.is_dir():
        raise ValueError(f"names a folder that does not exist: {str(path)!r}")
    return path


def _certificate(path: Path) -> Path:
    try:
        ssl.create_default_context(cadata=path.read_text())
    except (OSError, ValueError, ssl.SSLError) as error:
        raise ValueError(
            f"must be a file of PEM certificates, got {str(path)!r} ({error})"
        ) from None
    return path


def _accepted_by(look: Callable[[Path], Any], rule: str) -> AfterValidator:
    """A file that the image builder accepts; refused with all its problems."""

    def check(path: Path) -> Path:
        if not path.is_file():
            raise ValueError(f"names a file that does not exist: {str(path)!r}")
        try:
            look(path)
        except BuildInputError as error:
            problems = "; ".join(f"{where}: {what}" for where, what in error.problems.items())
            raise ValueError(f"{rule}, got {str(path)!r} ({problems})") from None
        return path

    return AfterValidator(check)


ModelFile = Annotated[Path, AfterValidator(_model_file)]
EntryScript = Annotated[
    Path, _accepted_by(scripts.check, "must be a Python script with init() and run()")
]
CondaFile = Annotated[Path, _accepted_by(conda.read, "must be a conda environment file")]
Directory = Annotated[Path, AfterValidator(_directory)]
Certificate = Annotated[Path, AfterValidator(_certificate)]
