"""What lies in an unpacked layer, as it was left: tells whether anybody has changed it since.

The kernel sets a file's change time (ctime) at every change of its content, name or permissions, and lets nobody set it
to another. So a layer of thousands of files is checked in milliseconds, without reading them. A further name of a file
moves its change time too: who gives one says so (`moving`), another inventory of the same file may know it since, and
files that moved for another reason are read, once.
"""

import hashlib
import json
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from rehearsal.machine import private_file

_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC


class _Entry(NamedTuple):
    mode: int
    size: int = 0
    inode: int = 0
    changed: int = 0
    """The change time, in nanoseconds."""
    content: str = ""
    """Hash of a file, or where a link leads."""
    modified: int = 0
    """The modification time, in nanoseconds."""

    @property
    def kind(self) -> tuple[int, int, int]:
        """What no further name changes, but for the content."""
        return self.mode, self.size, self.inode


Inventory = dict[str, _Entry]
Files = dict[int, _Entry]


def take(folder: Path, known: Files | None = None) -> Inventory:
    """Path -> what lies there, for everything below; of folders the mode alone. Raises OSError.

    `known`: files by inode, which are not read again.
    """
    known = known or {}
    return {
        name: entry._replace(
            content=known[entry.inode].content
            if entry.inode in known
            else _content(folder / name, entry.mode)
        )
        for name, entry in _below(folder, "")
    }


def files(path: Path) -> Files:
    """Inode -> file of the inventory kept at `path`. Raises OSError and ValueError."""
    return {entry.inode: entry for entry in _kept(path).values() if entry.content}


def write(inventory: Inventory, path: Path) -> None:
    """Keep it, atomically."""
    private_file.write(path, json.dumps(inventory).encode("ascii"))


def is_unchanged(folder: Path, path: Path, known: Callable[[], Files] = dict) -> bool:
    """Whether the folder is as the inventory kept at `path` says; without one nobody knows, so it is not.

    `known`: files that have just been found unchanged elsewhere, asked for where one has moved.
    """
    try:
        expected, found = _kept(path), dict(_below(folder, ""))
        if found.keys() != expected.keys():
            return False
        if any(entry.kind != expected[name].kind for name, entry in found.items()):
            return False
        moved = {
            name: entry._replace(content=expected[name].content)
            for name, entry in found.items()
            if entry.changed != expected[name].changed
        }
        elsewhere = known() if moved else {}
        for name, entry in moved.items():
            if entry != elsewhere.get(entry.inode) and (
                _content(folder / name, entry.mode) != entry.content
            ):
                return False
        if moved:
            write({**expected, **moved}, path)
        return True
    except (OSError, ValueError, TypeError, AttributeError):
        return False


@contextmanager
def moving(folder: Path, path: Path) -> Iterator[None]:
    """Around what gives files of the folder further names: the change times it moves tell of nothing else.

    Only of files that were as they should be, and have not been written to meanwhile. Raises OSError and ValueError.
    """
    expected, before = _kept(path), dict(_below(folder, ""))
    yield
    for name, entry in _below(folder, ""):
        kept, seen = expected.get(name), before.get(name)
        if kept is None or seen is None or (kept.kind, kept.changed) != (seen.kind, seen.changed):
            continue
        if (entry.kind, entry.modified) == (seen.kind, seen.modified):
            expected[name] = entry._replace(content=kept.content)
    write(expected, path)


def _kept(path: Path) -> Inventory:
    kept = json.loads(path.read_text(encoding="utf-8", errors="surrogateescape"))
    return {name: _Entry(*entry) for name, entry in kept.items()}


def _content(path: Path, mode: int) -> str:
    if stat.S_ISLNK(mode):
        return str(path.readlink())
    if not stat.S_ISREG(mode):
        return ""
    with os.fdopen(os.open(path, _READ), "rb") as file:
        return hashlib.file_digest(file, hashlib.blake2b).hexdigest()


def _below(folder: Path | str, prefix: str) -> Iterator[tuple[str, _Entry]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            name = f"{prefix}{entry.name}"
            status = entry.stat(follow_symlinks=False)
            if stat.S_ISDIR(status.st_mode):
                # Who may not write may still change the mode of what is its own (Landlock lets it).
                yield name, _Entry(status.st_mode)
                yield from _below(entry.path, f"{name}/")
            else:
                yield (
                    name,
                    _Entry(
                        status.st_mode,
                        status.st_size,
                        status.st_ino,
                        status.st_ctime_ns,
                        modified=status.st_mtime_ns,
                    ),
                )
