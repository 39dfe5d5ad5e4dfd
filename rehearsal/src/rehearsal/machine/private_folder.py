"""Folders of caches: what is run from them is nobody's to look into or to change but their owner's."""

from pathlib import Path


def make(path: Path) -> Path:
    """Make the folder and those above it; it is its owner's alone, also when it was there before."""
    path.mkdir(parents=True, exist_ok=True)
    path.chmod(0o700)
    return path
