"""The finished chunks of an unfinished job, in OUT.parts/: what is there is complete and is not computed again."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import orjson

from scoring import whole_file
from scoring.errors import ScoringError

_OPTIONS = orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_NON_STR_KEYS


class Parts:
    """Held by one process at a time. A part is a list of [shown, prediction, error]."""

    def __init__(self, out: Path, job: dict[str, Any]) -> None:
        """Raises ScoringError when another process writes the same file, or the parts are another job's."""
        self.folder = out.with_name(out.name + ".parts")
        self.folder.mkdir(parents=True, exist_ok=True)
        self._lock = (self.folder / "lock").open("w")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ScoringError(
                f"another batch is writing {out}; wait for it, or name another OUT"
            ) from None
        self._claim(job)

    def finished(self) -> int:
        """How many chunks, counted from the first without a gap, are done."""
        count = 0
        while self._path(count).exists():
            count += 1
        return count

    def write(self, number: int, rows: Iterable[list[Any]]) -> None:
        content = b"".join(
            orjson.dumps(row, default=str, option=_OPTIONS | orjson.OPT_APPEND_NEWLINE)
            for row in rows
        )
        whole_file.write(self._path(number), content)

    def rows(self) -> Iterator[list[Any]]:
        for number in range(self.finished()):
            with self._path(number).open("rb") as part:
                for line in part:
                    yield orjson.loads(line)

    def publish(self, written: Path, out: Path) -> None:
        """Gives `written` the name `out`; a kill in between is recognised by `is_published`."""
        whole_file.write(
            self.folder / "complete.json", json.dumps({"inode": written.stat().st_ino}).encode()
        )
        written.replace(out)
        _sync_folder(out.parent)
        remove(out)
        self._lock.close()

    def _claim(self, job: dict[str, Any]) -> None:
        path = self.folder / "job.json"
        if not path.exists():
            whole_file.write(path, json.dumps(job).encode())
            return
        known = json.loads(path.read_bytes())
        changed = [name for name in job if known.get(name) != job[name]]
        if changed:
            raise ScoringError(
                f"{self.folder} holds the parts of an unfinished batch with another {', '.join(changed)}; "
                "finish that one as it was, or remove the folder"
            )

    def _path(self, number: int) -> Path:
        return self.folder / f"{number:08}.jsonl"


def is_published(out: Path) -> bool:
    """`out` is the finished file of parts that were not yet removed."""
    complete = out.with_name(out.name + ".parts") / "complete.json"
    if not (out.exists() and complete.exists()):
        return False
    return bool(json.loads(complete.read_bytes())["inode"] == out.stat().st_ino)


def remove(out: Path) -> None:
    # The marker goes last: until then a kill leaves what `is_published` recognises.
    folder = out.with_name(out.name + ".parts")
    for path in sorted(folder.iterdir(), key=lambda path: path.name == "complete.json"):
        path.unlink()
    folder.rmdir()


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
