"""A folder tree that nothing leads out of, whatever links are in it.

Each step is taken by the kernel from an open folder (`dir_fd`) without following links (`O_NOFOLLOW`). Links are read
and followed here, one step at a time, as long as they stay inside; no path is ever put together for others to resolve,
so that none can be too long or mean something else by the time it is used (CVE-2025-4517).
"""

import errno
import os
import shutil
import stat
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_NO_FOLDER = (errno.ENOTDIR, errno.ELOOP)
_MAX_LINKS = 40  # Linux's own limit
_MODE = 0o755


class OutsideError(Exception):
    """A path that leads out of the tree."""


class NoFolderError(OutsideError):
    """A path that leads to no folder where one is needed."""


@contextmanager
def folder(root: Path, parts: Iterable[str], *, make: bool = False) -> Iterator[int]:
    """The open folder of that name below `root`; `make` makes what is missing, but nothing that a link names.

    Raises OutsideError.
    """
    way = _Way(root)
    try:
        way.go(parts, make=make)
        yield way.here
    finally:
        way.close()


def clear(name: str, at: int) -> None:
    """Remove what has that name in the open folder `at`, with all that is below; nothing there is no error."""
    found = look(name, at)
    if found is None:
        return
    if stat.S_ISDIR(found.st_mode):
        shutil.rmtree(name, dir_fd=at)
    else:
        os.unlink(name, dir_fd=at)


def look(name: str, at: int) -> os.stat_result | None:
    """What has that name in the open folder; None when nothing has. Links are not followed."""
    try:
        return os.stat(name, dir_fd=at, follow_symlinks=False)
    except FileNotFoundError:
        return None


def make_folder(name: str, at: int) -> None:
    """Make a folder with the permissions that all have here."""
    os.mkdir(name, _MODE, dir_fd=at)
    os.chmod(name, _MODE, dir_fd=at)  # past the umask


class _Way:
    """The folders from the root to where we are, all of them open."""

    def __init__(self, root: Path) -> None:
        self._open = [os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)]

    @property
    def here(self) -> int:
        return self._open[-1]

    def close(self) -> None:
        while self._open:
            os.close(self._open.pop())

    def go(self, parts: Iterable[str], *, make: bool) -> None:
        left = deque((part, make) for part in parts)
        links = 0
        while left:
            part, may_make = left.popleft()
            link = self._step(part, make=may_make)
            if link is None:
                continue
            links += 1
            if link.startswith("/") or links > _MAX_LINKS:
                raise OutsideError(f"{part!r} is a link to {link!r}, which leads out")
            left.extendleft((name, False) for name in reversed(link.split("/")))

    def _step(self, part: str, *, make: bool) -> str | None:
        """One folder further; the text of a link, where one is in the way."""
        if part in ("", "."):
            return None
        if part == "..":
            self._up()
            return None
        if make and look(part, self.here) is None:
            make_folder(part, self.here)
        try:
            self._open.append(os.open(part, _FOLDER, dir_fd=self.here))
        except OSError as problem:
            if problem.errno not in _NO_FOLDER:
                raise NoFolderError(f"{part!r} cannot be entered: {problem.strerror}") from None
            return self._link(part)
        return None

    def _up(self) -> None:
        if len(self._open) == 1:
            raise OutsideError("'..' leads out")
        os.close(self._open.pop())

    def _link(self, part: str) -> str:
        try:
            return os.readlink(part, dir_fd=self.here)
        except OSError:
            raise NoFolderError(f"{part!r} is no folder") from None
