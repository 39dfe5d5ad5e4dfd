"""Settings that name files: looked at before anything is deployed."""

import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator

from slipway.folders import model_folder
from slipway.folders.model_folder import UnfitFolderError
from slipway.imagebuild import conda
from slipway.imagebuild import entry_script as scripts
from slipway.imagebuild.errors import BuildInputError

_SHOWN = 80


def _looked_at(look: Callable[[Path], Path]) -> AfterValidator:
    """Whatever keeps a path from being looked at, such as its length or somebody's permission, is refused too."""

    def check(path: Path) -> Path:
        try:
            return look(path)
        except OSError as error:
            shown = str(path) if len(str(path)) <= _SHOWN else f"{str(path)[:_SHOWN]}..."
            raise ValueError(f"cannot be read ({error.strerror}), got {shown!r}") from None

    return AfterValidator(check)


def _model_path(path: Path) -> Path:
    if path.is_dir():
        try:
            model_folder.check(path)
        except UnfitFolderError as error:
            raise ValueError(f"names a folder that {error}, got {str(path)!r}") from None
    elif not path.is_file():
        raise ValueError(f"names a file or folder that does not exist: {str(path)!r}")
    elif path.stat().st_size == 0:
        raise ValueError(f"names an empty file: {str(path)!r}")
    return path


def _directory(path: Path) -> Path:
    if not path.is_dir():
        raise ValueError(f"names a folder that does not exist: {str(path)!r}")
    return path


def _require_file(path: Path) -> None:
    """Before it is opened: a pipe would be waited for."""
    if not path.exists():
        raise ValueError(f"names a file that does not exist: {str(path)!r}")
    if not path.is_file():
        raise ValueError(
            f"must name a file, got {str(path)!r}, which is {'a folder' if path.is_dir() else 'no file'}"
        )


def _certificate(path: Path) -> Path:
    _require_file(path)
    try:
        ssl.create_default_context(cadata=path.read_text())
    except (ssl.SSLError, ValueError) as error:
        raise ValueError(
            f"must be a file of PEM certificates, got {str(path)!r} ({error})"
        ) from None
    return path


def _kubeconfig(path: Path) -> Path:
    try:
        found = path.expanduser()
    except RuntimeError:
        raise ValueError(f"names a home folder that is not known: {str(path)!r}") from None
    _require_file(found)
    return found


def _accepted_by(look: Callable[[Path], Any], rule: str) -> AfterValidator:
    """A file that the image builder accepts; refused with all its problems."""

    def check(path: Path) -> Path:
        _require_file(path)
        try:
            look(path)
        except BuildInputError as error:
            problems = [f"{where}: {what}" for where, what in error.problems.items()]
            if len(problems) == 1:
                raise ValueError(f"{rule}, got {str(path)!r} ({problems[0]})") from None
            lines = "".join(f"\n    {each}" for each in problems)
            raise ValueError(
                f"{rule}, got {str(path)!r}, with {len(problems)} problems:{lines}"
            ) from None
        return path

    return _looked_at(check)


ModelPath = Annotated[Path, _looked_at(_model_path)]
EntryScript = Annotated[
    Path, _accepted_by(scripts.check, "must be a Python script with init() and run()")
]
CondaFile = Annotated[Path, _accepted_by(conda.read, "must be a conda environment file")]
Directory = Annotated[Path, _looked_at(_directory)]
Certificate = Annotated[Path, _looked_at(_certificate)]
Kubeconfig = Annotated[Path, _looked_at(_kubeconfig)]
"""Written as for `kubectl`, with ~ for the home folder."""
