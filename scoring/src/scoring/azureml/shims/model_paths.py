"""Where models lie in an image: `<root>/<name>/<version>/`, the root being `azureml-models`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


class ModelNotFoundException(Exception):
    """No model of that name; the text names the places that were searched."""


@dataclass(frozen=True)
class Places:
    model_directory: Path | None
    source: Path


places = Places(None, Path())


def find(name: str, version: int | None = None) -> Path:
    """The model's only file or folder, or its version's folder when that holds several."""
    for root in _roots():
        versions = root / name
        if versions.is_dir() and (chosen := _version(versions, version)):
            return _only_entry(chosen)
    for candidate in _loose(name):
        if candidate.exists():
            return candidate
    looked = ", ".join(str(root) for root in _roots())
    wanted = f"{name!r}" if version is None else f"{name!r} version {version}"
    raise ModelNotFoundException(f"Model {wanted} not found in {looked}.")


def _roots() -> Iterator[Path]:
    directory, source = places.model_directory, places.source
    if directory is not None:
        yield directory
        # AZUREML_MODEL_DIR of a single model is <root>/<name>/<version>.
        yield directory.parent.parent
    yield source / "azureml-models"


def _version(versions: Path, version: int | None) -> Path | None:
    numbers = {int(entry.name): entry for entry in versions.iterdir() if entry.name.isdigit()}
    if not numbers:
        return versions
    return numbers.get(max(numbers) if version is None else version)


def _only_entry(folder: Path) -> Path:
    entries = list(folder.iterdir())
    return entries[0] if len(entries) == 1 else folder


def _loose(name: str) -> Iterator[Path]:
    """A file of that name beside the script, with or without its suffix: how one tries a script out."""
    for folder in (places.model_directory, places.source):
        if folder is not None and folder.is_dir():
            yield folder / name
            yield from sorted(
                entry for entry in folder.iterdir() if entry.stem == name and entry.suffix != ".py"
            )
