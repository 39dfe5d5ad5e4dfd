"""Finding model files: `<name>/<version>/file` as in AZUREML_MODEL_DIR, `<name>/file`, or `file`."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scoring.errors import ScoringError
from scoring.models import manifest
from scoring.models.manifest import Entry

PICKLES = frozenset({".pkl", ".pickle", ".joblib"})
SUFFIXES = PICKLES | {".onnx"}

# <root>/azureml-models/<name>/<version>/file, and one folder to spare.
_DEPTH = 5


@dataclass(frozen=True)
class ModelFile:
    """A file that will be served as `name`, `version`; `entry` is what was registered about it, if anything."""

    name: str
    version: str
    path: Path
    entry: Entry | None = None


def find(directory: Path) -> list[ModelFile]:
    """All models in `directory`, in a stable order; those of the manifest alone where there is one.

    Raises ScoringError when two files claim the same name and version, or a registered file is missing.
    """
    registered = manifest.find(directory)
    if registered:
        found = [
            ModelFile(entry.name, entry.version, path, entry) for path, entry in registered.items()
        ]
    else:
        paths = list(_model_files(directory))
        siblings = Counter(path.parent for path in paths)
        found = [_named(path, directory, siblings[path.parent]) for path in paths]
    _refuse_missing(found)
    _refuse_duplicates(found)
    return found


def _model_files(directory: Path) -> Iterator[Path]:
    for folder, folders, files in os.walk(directory):
        depth = len(Path(folder).relative_to(directory).parts)
        folders[:] = (
            sorted(name for name in folders if name[0] not in "._") if depth < _DEPTH else []
        )
        yield from (
            Path(folder, name) for name in sorted(files) if Path(name).suffix.lower() in SUFFIXES
        )


def _named(path: Path, root: Path, siblings: int) -> ModelFile:
    folder = path.parent
    versioned = folder.name.isdigit()
    holder = folder.parent if versioned else folder
    by_folder = siblings == 1 and (versioned or folder != root) and holder.name
    return ModelFile(
        holder.name if by_folder else path.stem, folder.name if versioned else "1", path
    )


def _refuse_missing(found: list[ModelFile]) -> None:
    missing = [str(model.path) for model in found if not model.path.is_file()]
    if missing:
        raise ScoringError(
            f"{manifest.FILE_NAME} names files that are not there: {', '.join(missing)}"
        )


def _refuse_duplicates(found: list[ModelFile]) -> None:
    claims: dict[tuple[str, str], list[str]] = {}
    for model in found:
        claims.setdefault((model.name, model.version), []).append(str(model.path))
    twice = [
        f"{name}:{version} is {' and '.join(paths)}"
        for (name, version), paths in claims.items()
        if len(paths) > 1
    ]
    if twice:
        raise ScoringError("One model per name and version: " + "; ".join(twice))
