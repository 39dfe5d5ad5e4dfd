"""The files of a model as layers of its artefact, one each, so that one that stays is not sent again."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from slipway.folders import model_folder
from slipway.registry import media_types as types
from slipway.registry.errors import RegistryError
from slipway.registry.files import Content, Part
from slipway.registry.numbers import EMPTY

_NOTHING = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
"""SHA-256 of no bytes."""


def write(content: Content) -> list[dict[str, Any]]:
    """Each file as it is, under its path. An empty one is OCI's empty descriptor: registries refuse empty blobs."""
    return [
        {
            **(_layer(part) if part.size else EMPTY),
            "annotations": {types.FILEPATH: part.path, types.TITLE: part.path},
        }
        for part in content.parts
    ]


def read(manifest: Mapping[str, Any]) -> Content:
    """What a manifest says of the model's files, which are not here. Raises RegistryError."""
    parts = tuple(_part(layer) for layer in manifest["layers"])
    folder = manifest.get("annotations", {}).get(types.MODEL_FOLDER)
    if folder is None:
        (part,) = parts
        return Content(filename=_plain(part.path), sha256=part.sha256, parts=parts, sources={})
    _require_one_tree([part.path for part in parts])
    sha256 = model_folder.hash_of({part.path: part.sha256 for part in parts})
    return Content(filename=_plain(folder), sha256=sha256, parts=parts, sources={})


def _layer(part: Part) -> dict[str, Any]:
    return {
        "mediaType": types.MODEL_WEIGHT,
        "digest": f"sha256:{part.sha256}",
        "size": part.size,
    }


def _part(layer: Mapping[str, Any]) -> Part:
    path = layer["annotations"][types.FILEPATH]
    if layer["mediaType"] == types.EMPTY:
        return Part(path=path, sha256=_NOTHING, size=0)
    return Part(path=path, sha256=layer["digest"].removeprefix("sha256:"), size=layer["size"])


def _plain(filename: str) -> str:
    """The name without any folder: it comes from a manifest, which anybody may have written."""
    if PurePosixPath(filename).name != filename or filename in ("", ".", "..") or "\0" in filename:
        raise RegistryError(f"The model's file name {filename!r} is not a plain file name.")
    return filename


def _require_one_tree(paths: Sequence[str]) -> None:
    """Every path is a file below the folder, and none of them twice or a folder of another."""
    folders = {str(above) for path in paths for above in PurePosixPath(path).parents}
    wrong = [path for path in paths if not _is_inside(path) or path in folders]
    if wrong or len(set(paths)) != len(paths):
        which = ", ".join(map(repr, wrong or sorted(_twice(paths))))
        raise RegistryError(f"The model's manifest names files that no folder can hold: {which}.")


def _is_inside(path: str) -> bool:
    found = PurePosixPath(path)
    return (
        str(found) == path and not found.is_absolute() and path != "." and ".." not in found.parts
    )


def _twice(paths: Sequence[str]) -> Iterator[str]:
    return (path for path in set(paths) if paths.count(path) > 1)
