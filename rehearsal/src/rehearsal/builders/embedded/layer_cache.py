"""Layers by what they were made from, so that a step whose inputs are the same is not done again."""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from rehearsal.builders.embedded import layer
from rehearsal.builders.embedded.layer import Entry, Layer
from rehearsal.machine import private_folder


class LayerCache:
    """Layers below one folder, each in a folder of its own that appears whole or not at all."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def get(self, key: str) -> Layer | None:
        """The layer that was made for `key`."""
        folder = self._root / key
        try:
            described = json.loads((folder / "layer.json").read_text(encoding="utf-8"))
            if not _is_whole(folder / "layer.tar", described):
                return None
        except (OSError, ValueError, KeyError):
            return None
        os.utime(folder)
        return Layer(folder / "layer.tar", described["digest"], described["size"])

    def put(self, key: str, entries: Callable[[Path], Iterable[Entry]]) -> Layer:
        """Make the layer for `key`; `entries` gets an empty folder to work in."""
        private_folder.make(self._root)
        work = Path(tempfile.mkdtemp(dir=self._root, prefix=".new-"))
        try:
            (work / "root").mkdir()
            (work / "done").mkdir()
            made = layer.write(entries(work / "root"), work / "done" / "layer.tar")
            changed = (work / "done" / "layer.tar").stat().st_ctime_ns
            described = {"digest": made.digest, "size": made.size, "changed": changed}
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


def _is_whole(tar: Path, described: Mapping[str, Any]) -> bool:
    """Whether the layer is what was made: nobody can set a file's change time, else its content is read."""
    status = tar.stat()
    if status.st_size != described["size"]:
        return False
    if status.st_ctime_ns == described["changed"]:
        return True
    with tar.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return bool(described["digest"] == f"sha256:{digest}")
