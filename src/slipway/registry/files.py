"""Models on this machine, files and folders: are they there, what do they hold, and what is their hash?"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from slipway.folders import model_folder
from slipway.folders.hashing import file_hash
from slipway.folders.model_folder import UnfitFolderError
from slipway.folders.walking import shown
from slipway.registry.errors import RegistryError
from slipway.rules.model_size import VARIABLE, max_model_bytes


@dataclass(frozen=True, kw_only=True)
class Part:
    """One file of a model."""

    path: str
    """Below the model's folder, with slashes; the name of a model that is a file."""
    sha256: str
    size: int


@dataclass(frozen=True, kw_only=True)
class Content:
    """What a model consists of."""

    filename: str
    """Name of the file or folder."""
    sha256: str
    """Hash of the file, hexadecimal; of a folder `folder-<hex>`."""
    parts: tuple[Part, ...]
    """Sorted by path."""
    sources: Mapping[str, Path]
    """Where each part is on this machine."""

    @property
    def is_folder(self) -> bool:
        """Whether the model is a folder."""
        return model_folder.is_hash(self.sha256)


def read(path: Path) -> Content:
    """The model's content as it is now. Raises RegistryError when it cannot be registered."""
    return _folder(path) if path.is_dir() else _file(path)


def sha256_of(path: Path) -> str:
    """The hash that tells this model from others. Raises RegistryError when it cannot be registered."""
    return read(path).sha256


def checked_size(path: Path) -> int:
    """Bytes of the file, or of all files of the folder.

    Raises RegistryError when it is missing, empty, or too large, or holds what no model can.
    """
    if path.is_dir():
        with _as_sentence(path):
            return model_folder.check(path).size
    if not path.exists():
        raise RegistryError(f"The model file {path} does not exist.")
    if not path.is_file():
        raise RegistryError(
            f"The model file {path} is not a file; a model is one file, or a folder."
        )
    size = path.stat().st_size
    if size == 0:
        raise RegistryError(f"The model file {path} is empty.")
    limit = _limit()
    if size > limit:
        raise RegistryError(
            f"The model file {path} has {size:,} bytes; at most {limit:,} are allowed ({VARIABLE})."
        )
    return size


def _file(path: Path) -> Content:
    size = checked_size(path)
    with _reading(path):
        sha256 = file_hash(path)
        _require_unchanged(path, path.stat().st_size == size)
    name = model_folder.name_of(path)
    part = Part(path=name, sha256=sha256, size=size)
    return Content(filename=name, sha256=sha256, parts=(part,), sources={name: path})


def _folder(path: Path) -> Content:
    with _as_sentence(path), _reading(path):
        sources = dict(sorted(model_folder.check(path).files.items()))
        sizes = {name: file.stat().st_size for name, file in sources.items()}
        hashes = model_folder.hashes(sources)
        now = {name: file.stat().st_size for name, file in sources.items()}
        _require_unchanged(path, sizes == now)
    return Content(
        filename=_folder_name(path),
        sha256=model_folder.hash_of(hashes),
        parts=tuple(
            Part(path=name, sha256=hashes[name], size=size) for name, size in sizes.items()
        ),
        sources=sources,
    )


def _folder_name(path: Path) -> str:
    name = model_folder.name_of(path)
    if not name or os.fsencode(name) != name.encode(errors="replace"):
        raise RegistryError(
            f"The model folder {shown(path)} has no name that can be registered: rename it."
        )
    return name


@contextmanager
def _as_sentence(path: Path) -> Iterator[None]:
    try:
        yield
    except UnfitFolderError as error:
        raise RegistryError(f"The model folder {path} {error}.") from None


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        which = f"The model {'folder' if path.is_dir() else 'file'} {path}"
        where = f" ({error.filename})" if path.is_dir() and error.filename else ""
        raise RegistryError(f"{which} cannot be read{where}: {error.strerror}.") from error


def _limit() -> int:
    try:
        return max_model_bytes()
    except ValueError as error:
        raise RegistryError(str(error)) from None


def _require_unchanged(path: Path, unchanged: bool) -> None:
    if not unchanged:
        raise RegistryError(f"The model {path} changed while it was being read: try again.")
