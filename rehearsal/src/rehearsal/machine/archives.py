"""Unpacks tar archives so that nothing is written outside the target folder.

`TarFile.extractall(filter=...)` does this since Python 3.11.4, and Debian 12 has 3.11.2; with one way for every
Python the result is the same on each.
"""

import os
import shutil
import tarfile
from collections.abc import Callable, Iterable
from pathlib import Path, PurePosixPath

_CHUNK = 1 << 20
_FOLDER_MODE = 0o755


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
    unpacking = _Unpacking(archive, target, mode)
    for member in members:
        unpacking.write(member)


class _Unpacking:
    """One archive on its way to one folder."""

    def __init__(
        self, archive: tarfile.TarFile, target: Path, mode: Callable[[tarfile.TarInfo], int]
    ) -> None:
        self._archive = archive
        self._mode = mode
        self._root = Path(os.path.realpath(target, strict=True))
        # Folders are made or checked once; none is ever replaced.
        self._folders: dict[tuple[str, ...], Path] = {(): self._root}

    def write(self, member: tarfile.TarInfo) -> None:
        parts = _parts(member.name)
        if member.isdir():
            self._folder(parts)
        elif not parts:
            raise UnsafeArchiveError(f"{member.name!r} names the archive's root and is no folder")
        elif member.isreg():
            self._file(member, self._free(parts))
        elif member.issym():
            self._free(parts).symlink_to(member.linkname)
        elif member.islnk():
            self._hard_link(member, self._free(parts))
        else:
            raise UnsafeArchiveError(f"{member.name!r} is neither a file nor a folder nor a link")

    def _file(self, member: tarfile.TarInfo, place: Path) -> None:
        content = self._archive.extractfile(member)
        if content is None:
            raise UnsafeArchiveError(f"{member.name!r} has no content")
        with place.open("xb") as file:
            shutil.copyfileobj(content, file, _CHUNK)
        place.chmod(self._mode(member))
        os.utime(place, (member.mtime, member.mtime))

    def _hard_link(self, member: tarfile.TarInfo, place: Path) -> None:
        *above, name = _parts(member.linkname)
        source = self._folder(tuple(above)) / name
        if source.is_symlink() or not source.is_file():
            raise UnsafeArchiveError(
                f"{member.name!r} is a link to {member.linkname!r}, which is no file of the archive before it"
            )
        os.link(source, place)

    def _free(self, parts: tuple[str, ...]) -> Path:
        """Where the member goes, and nothing is there: nothing is written through a link."""
        place = self._folder(parts[:-1]) / parts[-1]
        if place.is_symlink() or place.is_file():
            place.unlink()
        return place

    def _folder(self, parts: tuple[str, ...]) -> Path:
        """The real folder of that name inside the target, made when it is missing."""
        if parts not in self._folders:
            place = self._folder(parts[:-1]) / parts[-1]
            if not os.path.lexists(place):
                place.mkdir(_FOLDER_MODE)
                place.chmod(_FOLDER_MODE)
            self._folders[parts] = self._inside(place)
        return self._folders[parts]

    def _inside(self, place: Path) -> Path:
        try:
            real = Path(os.path.realpath(place, strict=True))
        except OSError as problem:
            raise UnsafeArchiveError(f"{place} cannot be followed: {problem.strerror}") from None
        if not real.is_relative_to(self._root) or not real.is_dir():
            raise UnsafeArchiveError(f"{place} leads to {real}, which is no folder of the archive")
        return real


def _parts(name: str) -> tuple[str, ...]:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts:
        raise UnsafeArchiveError(f"{name!r} is an absolute name or has '..' in it")
    return path.parts
