"""`models.json`: what the image build knows about the models that it put beside it.

    {"models": [{"name": "diabetes", "version": "3", "file": "diabetes/3/model.pkl", "sha256": "…",
                 "framework": "scikit-learn", "framework_version": "1.9.1"}]}

`file` is relative to the manifest. `framework` and `framework_version` may be missing.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from scoring.errors import ScoringError

FILE_NAME = "models.json"

# The model directory may be `<root>/<name>/<version>` of one model; the manifest lies at the root.
_LEVELS_ABOVE = 2


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One registered model; `sha256` is the file's, lower-case hexadecimal."""

    name: str
    version: str
    file: str
    sha256: str
    framework: str = ""
    framework_version: str = ""


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    models: list[Entry]


def find(directory: Path) -> dict[Path, Entry]:
    """Entries by resolved file path, for files inside `directory`; empty without a manifest.

    Raises ScoringError when a manifest is there but cannot be read.
    """
    directory = directory.resolve()
    for folder in (directory, *directory.parents[:_LEVELS_ABOVE]):
        path = folder / FILE_NAME
        if path.is_file():
            files = {(folder / entry.file).resolve(): entry for entry in _read(path).models}
            return {file: entry for file, entry in files.items() if file.is_relative_to(directory)}
    return {}


def _read(path: Path) -> Manifest:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Manifest)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ScoringError(f"{path} cannot be read as a manifest of models: {error}") from None
