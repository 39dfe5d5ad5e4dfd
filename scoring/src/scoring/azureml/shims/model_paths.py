"""Where models lie in an image: `<root>/<name>/<version>/`, the root being `azureml-models`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


class ModelNotFoundException(Exception):
    """No model of that name or version; the text names the places that were searched, or the versions that are."""


@dataclass(frozen=True)
class Places:
    model_directory: Path | None
    source: Path


places = Places(None, Path())


def find(name: str, version: int | None = None) -> Path:
    """The model's only file or folder, or its version's folder when that holds several.

    Another version than the one that is asked for is never the answer. Raises ModelNotFoundException.
    """
    there: set[str] = set()
    for root in _roots():
        versions = root / name
        if versions.is_dir():
            if chosen := _version(versions, version):
                return _only_entry(chosen)
            there.update(map(str, _numbers(versions)))
    for candidate in _loose(name) if version is None or not there else ():
        if candidate.exists():
            return candidate
    raise ModelNotFoundException(_missing(name, version, sorted(there, key=int)))


def _missing(name: str, version: int | None, there: list[str]) -> str:
    looked = ", ".join(dict.fromkeys(str(root) for root in _roots()))
    wanted = f"{name!r}" if version is None else f"{name!r} version {version}"
    has = f"; versions in the image: {', '.join(there)}" if there else ""
    return f"Model {wanted} not found in {looked}{has}."


def _roots() -> Iterator[Path]:
    directory, source = places.model_directory, places.source
    if directory is not None:
        yield directory
        # AZUREML_MODEL_DIR of a single model is <root>/<name>/<version>.
        yield directory.parent.parent
    yield source / "azureml-models"


def _version(versions: Path, version: int | None) -> Path | None:
    numbers = _numbers(versions)
    if not numbers:
        return versions
    if version is None:
        return numbers[max(numbers)]
    return next((path for number, path in numbers.items() if str(number) == str(version)), None)


def _numbers(versions: Path) -> dict[int, Path]:
    return {int(entry.name): entry for entry in versions.iterdir() if entry.name.isdecimal()}


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
