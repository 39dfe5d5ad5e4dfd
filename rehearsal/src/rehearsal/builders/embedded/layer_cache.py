"""Layers by what they were made from, so that a step whose inputs are the same is not done again."""

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from rehearsal.builders.embedded import layer
from rehearsal.builders.embedded.layer import Entry, Layer


class LayerCache:
    """Layers below one folder, each in a folder of its own that appears whole or not at all."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def get(self, key: str) -> Layer | None:
        """The layer that was made for `key`."""
        folder = self._root / key
        try:
            described = json.loads((folder / "layer.json").read_text(encoding="utf-8"))
            size = (folder / "layer.tar").stat().st_size
        except (OSError, ValueError):
            return None
        if size != described["size"]:
            return None
        os.utime(folder)
        return Layer(folder / "layer.tar", described["digest"], size)

    def put(self, key: str, entries: Callable[[Path], Iterable[Entry]]) -> Layer:
        """Make the layer for `key`; `entries` gets an empty folder to work in."""
        self._root.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(dir=self._root, prefix=".new-"))
        try:
            (work / "root").mkdir()
            (work / "done").mkdir()
            made = layer.write(entries(work / "root"), work / "done" / "layer.tar")
            described = {"digest": made.digest, "size": made.size}
            (work / "done" / "layer.json").write_text(json.dumps(described), encoding="utf-8")
            return self._publish(key, work / "done", made)
        finally:
            shutil.rmtree(work, ignore_errors=True)

    def _publish(self, key: str, done: Path, made: Layer) -> Layer:
        folder = self._root / key
        if folder.exists() and self.get(key) is None:
            shutil.rmtree(folder, ignore_errors=True)
        try:
            done.rename(folder)
        except OSError:
            # Another build of the same inputs was faster.
            there = self.get(key)
            if there is None:
                raise
            return there
        return Layer(folder / "layer.tar", made.digest, made.size)
