"""Unpacks tar archives so that nothing is written outside the target folder.

tarfile's own filters are not trusted with it: Debian 12 has a Python without them, and those of others had holes
(CVE-2025-4517). Every name and every link is looked at here, see `rehearsal.machine.rooted`.
"""

import os
import shutil
import stat
import tarfile
from collections.abc import Callable, Iterable
from pathlib import Path, PurePosixPath

from rehearsal.machine import rooted
from rehearsal.machine.rooted import OutsideError

_CHUNK = 1 << 20
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


class UnsafeArchiveError(Exception):
    """A member that would reach outside the target, or that is no file, folder or link."""


def own_mode(member: tarfile.TarInfo) -> int:
    """The member's permissions without set-user-id and the like, writable by the owner alone."""
    return member.mode & 0o755


def unpack(
    archive: tarfile.TarFile,
    members: Iterable[tarfile.TarInfo],
    target: Path,
    mode: Callable[[tarfile.TarInfo], int] = own_mode,
) -> None:
    """Write the members below `target`, owned by this user, each file with its own date and with `mode`'s permissions.

    Refused are absolute names, `..`, devices, hard links to what is not in the archive before them, and members below
    a symbolic link that leads out. Symbolic links themselves are kept as they are: images are full of links that
    are meant for another root. Raises UnsafeArchiveError, and what tarfile and the file system raise.
    """
    for member in members:
        try:
            _write(archive, member, target, mode)
        except OutsideError as problem:
            raise UnsafeArchiveError(f"{member.name!r}: {problem}") from None


def _write(
    archive: tarfile.TarFile,
    member: tarfile.TarInfo,
    root: Path,
    mode: Callable[[tarfile.TarInfo], int],
) -> None:
    *above, name = _parts(member.name) or ("",)
    if member.isdir():
        with rooted.folder(root, (*above, name), make=True):
            return
    if not name:
        raise UnsafeArchiveError(f"{member.name!r} names the archive's root and is no folder")
    with rooted.folder(root, above, make=True) as at:
        _make_room(name, at)
        if member.isreg():
            _file(archive, member, name, at, mode(member))
        elif member.issym():
            os.symlink(member.linkname, name, dir_fd=at)
        elif member.islnk():
            _hard_link(member, root, name, at)
        else:
            raise UnsafeArchiveError(f"{member.name!r} is neither a file nor a folder nor a link")


def _make_room(name: str, at: int) -> None:
    """The last of two members of one name wins; nothing is written through a link."""
    found = rooted.look(name, at)
    if found is not None and not stat.S_ISDIR(found.st_mode):
        os.unlink(name, dir_fd=at)


def _file(archive: tarfile.TarFile, member: tarfile.TarInfo, name: str, at: int, mode: int) -> None:
    content = archive.extractfile(member)
    if content is None:
        raise UnsafeArchiveError(f"{member.name!r} has no content")
    with os.fdopen(os.open(name, _NEW, 0o600, dir_fd=at), "wb") as file:
        shutil.copyfileobj(content, file, _CHUNK)
        os.fchmod(file.fileno(), mode)
    os.utime(name, (member.mtime, member.mtime), dir_fd=at, follow_symlinks=False)


def _hard_link(member: tarfile.TarInfo, root: Path, name: str, at: int) -> None:
    *above, source = _parts(member.linkname) or ("",)
    with rooted.folder(root, above) as there:
        found = rooted.look(source, there)
        if found is None or not stat.S_ISREG(found.st_mode):
            raise UnsafeArchiveError(
                f"{member.name!r} is a link to {member.linkname!r}, which is no file of the archive before it"
            )
        os.link(source, name, src_dir_fd=there, dst_dir_fd=at, follow_symlinks=False)


def _parts(name: str) -> tuple[str, ...]:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts:
        raise UnsafeArchiveError(f"{name!r} is an absolute name or has '..' in it")
    return path.parts
