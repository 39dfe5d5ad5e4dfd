"""What is built, as the name of a folder in a cache: other sources, another name."""

import hashlib
from pathlib import Path

_SOURCES = {".go", ".mod", ".sum", ".py"}


def digest(folder: Path) -> str:
    """Twelve hexadecimal digits of the names and the content of the sources in a folder."""
    found = hashlib.sha256()
    for file in sorted(path for path in folder.rglob("*") if path.suffix in _SOURCES):
        found.update(f"{file.relative_to(folder)}\0{file.stat().st_size}\0".encode())
        found.update(file.read_bytes())
    return found.hexdigest()[:12]
