"""What lies in an unpacked layer, as it was left: tells whether anybody has changed it since.

The kernel sets a file's change time (ctime) at every change of its content, name or permissions, and lets nobody set it
to another. So a layer of thousands of files is checked in milliseconds, without reading them. A container that shares
a file moves its change time too, as the file gets another name by it: such files are read.
"""

import hashlib
import json
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC


class _Entry(NamedTuple):
    mode: int
    size: int = 0
    inode: int = 0
    changed: int = 0
    """The change time, in nanoseconds."""
    content: str = ""
    """Hash of a file, or where a link leads."""


Inventory = dict[str, _Entry]


def take(folder: Path) -> Inventory:
    """Path -> what lies there, for everything below; of folders the kind alone. Raises OSError."""
    return {
        name: entry._replace(content=_content(folder / name, entry.mode))
        for name, entry in _below(folder, "")
    }


def write(inventory: Inventory, path: Path) -> None:
    """Keep it."""
    path.write_text(json.dumps(inventory), encoding="ascii")


def is_unchanged(folder: Path, path: Path) -> bool:
    """Whether the folder is as the inventory kept at `path` says; without one nobody knows, so it is not."""
    try:
        kept = json.loads(path.read_text(encoding="utf-8", errors="surrogateescape"))
        expected = {name: _Entry(*entry) for name, entry in kept.items()}
        found = dict(_below(folder, ""))
        return found.keys() == expected.keys() and all(
            _is_same(entry, expected[name], folder / name) for name, entry in found.items()
        )
    except (OSError, ValueError, TypeError, AttributeError):
        return False


def _is_same(found: _Entry, expected: _Entry, path: Path) -> bool:
    if found[:3] != expected[:3]:
        return False
    return found.changed == expected.changed or _content(path, found.mode) == expected.content


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
                yield name, _Entry(stat.S_IFDIR)
                yield from _below(entry.path, f"{name}/")
            else:
                yield (
                    name,
                    _Entry(status.st_mode, status.st_size, status.st_ino, status.st_ctime_ns),
                )
