"""The files that earlier layers put below a path, and what a step changed among them."""

import tarfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from rehearsal.builders.embedded.layer import Entry, Layer
from rehearsal.machine import archives

Snapshot = dict[str, tuple[int, int, int]]


def unpack_below(layers: Sequence[Layer], folders: Iterable[str], root: Path) -> None:
    """Put what the layers hold below `folders` (absolute image paths) into `root`; later layers win."""
    prefixes = tuple(f"{folder.strip('/')}/" for folder in folders)
    for layer in layers:
        with tarfile.open(layer.path, mode="r:") as archive:
            wanted = [member for member in archive if f"{member.name}/".startswith(prefixes)]
            archives.unpack(archive, wanted, root)


def snapshot(root: Path) -> Snapshot:
    """Size, time and inode of every file below `root`."""
    found = {}
    for path in root.rglob("*"):
        if not path.is_dir() or path.is_symlink():
            status = path.lstat()
            found[path.relative_to(root).as_posix()] = (
                status.st_size,
                status.st_mtime_ns,
                status.st_ino,
            )
    return found


def changed(before: Snapshot, root: Path, empty: Path) -> list[Entry]:
    """What is new or other than in `before`; what is gone becomes a whiteout (the file `empty`)."""
    after = snapshot(root)
    entries = [Entry(name, root / name) for name, seen in after.items() if before.get(name) != seen]
    for name in before.keys() - after.keys():
        parent = Path(name).parent
        entries.append(Entry((parent / f".wh.{Path(name).name}").as_posix(), empty))
    return entries
