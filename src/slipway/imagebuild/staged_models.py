"""Models in a build context: copied while they are hashed, and looked at again when the context is used again."""

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path

from slipway.folders import model_folder
from slipway.folders.model_folder import UnfitFolderError
from slipway.imagebuild.errors import BuildInputError
from slipway.imagebuild.spec import ModelFile

_CHUNK = 1 << 20


def copy(model: ModelFile, target: Path) -> None:
    """Copy while hashing: what is there may have changed since it was registered. Raises BuildInputError."""
    sha256 = _copied_folder(model, target) if model.path.is_dir() else _copied(model.path, target)
    if sha256 != model.sha256:
        raise BuildInputError(
            {
                f"model {model.name}": f"{model.path} has sha256 {sha256}, "
                f"but {model.sha256} was registered: the {_kind(model)} changed in between, so deploy again"
            }
        )


def below(place: str, paths: Iterable[str]) -> list[str]:
    """Those of the paths that belong to the model at this place."""
    return [path for path in paths if path == place or path.startswith(f"{place}/")]


def is_whole(model: ModelFile, place: str, found: Mapping[str, Path]) -> bool:
    """Whether these files, all that is at its place, are the model."""
    hashes = model_folder.hashes(found)
    if not model_folder.is_hash(model.sha256):
        return hashes == {place: model.sha256}
    inside = {path.removeprefix(f"{place}/"): sha256 for path, sha256 in hashes.items()}
    return model_folder.hash_of(inside) == model.sha256


def _copied_folder(model: ModelFile, target: Path) -> str:
    try:
        files = model_folder.check(model.path).files
    except UnfitFolderError as error:
        raise BuildInputError({f"model {model.name}": f"{model.path} {error}"}) from None
    return model_folder.hash_of(
        {path: _copied(source, target / path) for path, source in files.items()}
    )


def _copied(source: Path, target: Path) -> str:
    target.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with source.open("rb") as file, target.open("wb") as copied:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            copied.write(chunk)
    return digest.hexdigest()


def _kind(model: ModelFile) -> str:
    return "folder" if model.path.is_dir() else "file"
