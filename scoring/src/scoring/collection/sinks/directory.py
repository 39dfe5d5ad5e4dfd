"""Records in files of a directory: COLLECTION/YYYY/MM/DD/HH/INSTANCE.jsonl, or one Parquet file per flush."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from scoring import whole_file
from scoring.collection import formats
from scoring.collection.record import Record
from scoring.collection.settings import CollectionSettings
from scoring.collection.sinks.base import by_folder, instance
from scoring.errors import ScoringError


class DirectorySink:
    def __init__(self, settings: CollectionSettings) -> None:
        self._root = Path(settings.target)
        self._format = settings.format
        self._instance = instance()
        self._flushes = 0
        try:
            self._root.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ScoringError(
                f"SLIPWAY_COLLECT: the directory {self._root} cannot be made: {error.strerror}"
            ) from None
        if not os.access(self._root, os.W_OK):
            raise ScoringError(
                f"SLIPWAY_COLLECT: the directory {self._root} may not be written by this user"
            )

    def write(self, records: Sequence[Record]) -> None:
        self._flushes += 1
        for folder, group in by_folder(records).items():
            place = self._root / folder
            place.mkdir(parents=True, exist_ok=True)
            if self._format == "parquet":
                whole_file.write(
                    place / f"{self._instance}-{self._flushes:06}.parquet", formats.parquet(group)
                )
            else:
                _append(place / f"{self._instance}.jsonl", b"".join(map(formats.line, group)))

    def close(self) -> None:
        """Every flush is complete in itself."""


def _append(path: Path, content: bytes) -> None:
    """All or nothing: what a failed write left behind is cut off, so that a second try doubles nothing."""
    with path.open("ab", buffering=0) as file:
        before = file.tell()
        try:
            file.write(content)
            os.fsync(file.fileno())
        except OSError:
            file.truncate(before)
            raise
