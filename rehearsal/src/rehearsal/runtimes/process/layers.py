"""Unpacks layers into a cache, each once, and composes their files into root file systems."""

import errno
import os
import shutil
import stat
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

from rehearsal.machine import archives, private_folder, rooted
from rehearsal.machine.archives import UnsafeArchiveError
from rehearsal.machine.rooted import NoFolderError, OutsideError
from rehearsal.runtimes.process import inventory

_WHITEOUT = ".wh."
_OPAQUE = ".wh..wh..opq"
FILES, INVENTORY = "files", "inventory.json"
_MAX_UNPACKED = 32 << 30
_CHUNK = 1 << 20
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_CANNOT_COPY = (errno.EXDEV, errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP, errno.EBADF)
_CANNOT_LINK = (*_CANNOT_COPY, errno.EPERM, errno.EMLINK)
# Brings the file of a name from one open folder to another.
_Bring = Callable[[str, int, int], None]
# A compressed layer is read as a stream; the registry's media types say which compression it is.
_MODES = {"tar": "r:", "tar+gzip": "r:gz", "rootfs.diff.tar.gzip": "r:gz", "rootfs.diff.tar": "r:"}


class LayerError(Exception):
    """A layer that is not unpacked: its form is unknown here, or it reaches outside the image."""


def unpacked(place: Path, known: Callable[[], inventory.Files] = dict) -> Path | None:
    """The files of the layer at `place`; None when it is not there, or not as it was unpacked.

    `known`: see `inventory.is_unchanged`.
    """
    files = place / FILES
    return files if inventory.is_unchanged(files, place / INVENTORY, known) else None


def unpack(archive: Path, media_type: str, target: Path) -> Path:
    """Unpack a layer to `target`, which appears whole or not at all; returns the folder with its files, read-only.

    What is at `target` and damaged goes: ask `unpacked` before. Devices are left out. Raises LayerError for names and
    links that lead outside, and for more than 32 GiB.
    """
    mode = next((m for end, m in _MODES.items() if media_type.endswith(f".{end}")), None)
    if mode is None:
        raise LayerError(f"layers of type {media_type} cannot be read here: use tar or tar+gzip")
    private_folder.make(target.parent)
    work = Path(tempfile.mkdtemp(dir=target.parent, prefix=".new-"))
    try:
        with tarfile.open(archive, mode=mode) as tar:  # type: ignore[call-overload]  # one of the literals above
            (work / FILES).mkdir()
            archives.unpack(tar, _members(tar), work / FILES, _read_only)
        inventory.write(inventory.take(work / FILES), work / INVENTORY)
        publish(work, target)
        return target / FILES
    except UnsafeArchiveError as error:
        raise LayerError(f"the layer reaches outside the image: {error}") from None
    except (tarfile.TarError, OSError) as error:
        raise LayerError(f"the layer cannot be unpacked: {error}") from None
    finally:
        shutil.rmtree(work, ignore_errors=True)


def publish(work: Path, target: Path) -> None:
    """Let the files and the inventory in `work` be what `unpacked(target)` finds, unless somebody else was faster."""
    try:
        work.rename(target)
    except OSError:
        if unpacked(target) is not None:
            return
        target.rename(work.with_name(f"{work.name}-old"))
        work.rename(target)
    finally:
        shutil.rmtree(work.with_name(f"{work.name}-old"), ignore_errors=True)


def _members(tar: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    left = _MAX_UNPACKED
    for member in tar:
        left -= member.size
        if left < 0:
            raise LayerError("the layer unpacks to more than 32 GiB")
        _hidden(PurePosixPath(member.name).name)
        if not member.isdev():
            yield member


def _read_only(member: tarfile.TarInfo) -> int:
    return 0o555 if member.mode & 0o100 else 0o444


def compose(layers: list[Path], rootfs: Path, *, shared: bool = False) -> None:
    """Put the files of `layers`, the lowest first, into `rootfs`, which is replaced; whiteouts are honoured.

    Copies (without a second set of blocks where the file system can do that): what a container writes to its files
    is its own affair, other containers and the next one of the same image get those of the layer. `shared`: links,
    within milliseconds, for a container that is kept from writing to them.
    """
    remove(rootfs)
    rootfs.mkdir(parents=True)
    try:
        for layer in layers:
            _lay_over(layer, rootfs, _link if shared else _copy)
    except OutsideError as error:
        raise LayerError(f"the layer reaches outside the image: {error}") from None


def remove(rootfs: Path) -> None:
    """Remove a composed root, or a link to a shared one; the cache keeps its files."""
    if rootfs.is_symlink():
        rootfs.unlink(missing_ok=True)
    else:
        shutil.rmtree(rootfs, ignore_errors=True)


def _lay_over(layer: Path, rootfs: Path, bring: _Bring) -> None:
    root = os.open(layer, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for relative, folders, files, there in os.fwalk(".", onerror=_raise, dir_fd=root):
            place = relative.split("/")
            with rooted.folder(rootfs, place, make=True) as here:
                _lay_folder_over(folders, files, there, here, bring)
                for name in folders:
                    if not _is_link(name, there):
                        _make_room(rootfs, place, name, here)
    finally:
        os.close(root)


def _lay_folder_over(
    folders: list[str], files: list[str], there: int, here: int, bring: _Bring
) -> None:
    """One folder of a layer: first what it takes away, then what it brings."""
    if _OPAQUE in files:
        for name in os.listdir(here):
            rooted.clear(name, here)
    for name in files:
        if hidden := _hidden(name):
            rooted.clear(hidden, here)
    links = [name for name in folders if _is_link(name, there)]
    for name in (*links, *(name for name in files if not name.startswith(_WHITEOUT))):
        rooted.clear(name, here)
        bring(name, there, here)


def _make_room(rootfs: Path, place: list[str], name: str, here: int) -> None:
    """A folder takes the place of a file, or of a link that leads to none; one that leads to one is kept."""
    try:
        with rooted.folder(rootfs, [*place, name]):
            return
    except NoFolderError:
        rooted.clear(name, here)


def _hidden(name: str) -> str | None:
    """The name that a whiteout takes away; None for other files. Raises LayerError for `..`."""
    if not name.startswith(_WHITEOUT) or name.startswith(_WHITEOUT * 2):
        return None
    hidden = name.removeprefix(_WHITEOUT)
    if hidden in ("", ".", ".."):
        raise LayerError(f"the layer reaches outside the image: {name!r} would remove {hidden!r}")
    return hidden


def _is_link(name: str, at: int) -> bool:
    found = rooted.look(name, at)
    return found is not None and stat.S_ISLNK(found.st_mode)


def _link(name: str, there: int, here: int) -> None:
    try:
        os.link(name, name, src_dir_fd=there, dst_dir_fd=here, follow_symlinks=False)
    except OSError as problem:
        if problem.errno not in _CANNOT_LINK:
            raise
        _copy(name, there, here)


def _copy(name: str, there: int, here: int) -> None:
    if _is_link(name, there):
        os.symlink(os.readlink(name, dir_fd=there), name, dir_fd=here)
        return
    with (
        os.fdopen(os.open(name, _READ, dir_fd=there), "rb") as source,
        os.fdopen(os.open(name, _NEW, 0o600, dir_fd=here), "wb") as target,
    ):
        status = os.fstat(source.fileno())
        _copy_content(source.fileno(), target.fileno(), status.st_size)
        # As in a real container, which has a layer of its own to write to.
        os.fchmod(target.fileno(), stat.S_IMODE(status.st_mode) | stat.S_IWUSR)
        os.utime(target.fileno(), ns=(status.st_atime_ns, status.st_mtime_ns))


def _copy_content(source: int, target: int, size: int) -> None:
    """Within the kernel, which shares the blocks where the file system can."""
    try:
        while size > 0 and (copied := os.copy_file_range(source, target, size)):
            size -= copied
    except OSError as problem:
        if problem.errno not in _CANNOT_COPY:
            raise
        while piece := os.read(source, _CHUNK):
            os.write(target, piece)


def _raise(problem: OSError) -> None:
    raise problem
