"""Unpacks layers into a cache, each once, and composes them into a root file system by hard links."""

import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from rehearsal.machine import archives
from rehearsal.machine.archives import UnsafeArchiveError

_WHITEOUT = ".wh."
_OPAQUE = ".wh..wh..opq"
_MAX_UNPACKED = 32 << 30
# A compressed layer is read as a stream; the registry's media types say which compression it is.
_MODES = {"tar": "r:", "tar+gzip": "r:gz", "rootfs.diff.tar.gzip": "r:gz", "rootfs.diff.tar": "r:"}


class LayerError(Exception):
    """A layer that is not unpacked: its form is unknown here, or it reaches outside the image."""


def unpack(archive: Path, media_type: str, target: Path) -> None:
    """Unpack a layer to `target`, which appears whole or not at all. Files become read-only.

    Devices are left out. Raises LayerError for names and links that lead outside, and for more than 32 GiB.
    """
    mode = next((m for end, m in _MODES.items() if media_type.endswith(f".{end}")), None)
    if mode is None:
        raise LayerError(f"layers of type {media_type} cannot be read here: use tar or tar+gzip")
    target.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(dir=target.parent, prefix=".new-"))
    try:
        with tarfile.open(archive, mode=mode) as tar:  # type: ignore[call-overload]  # one of the literals above
            archives.unpack(tar, _members(tar), work, _read_only)
        work.chmod(0o755)
        if not target.is_dir():
            work.rename(target)
    except UnsafeArchiveError as error:
        raise LayerError(f"the layer reaches outside the image: {error}") from None
    except (tarfile.TarError, OSError) as error:
        raise LayerError(f"the layer cannot be unpacked: {error}") from None
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _members(tar: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    left = _MAX_UNPACKED
    for member in tar:
        left -= member.size
        if left < 0:
            raise LayerError("the layer unpacks to more than 32 GiB")
        if not member.isdev():
            yield member


def _read_only(member: tarfile.TarInfo) -> int:
    return 0o555 if member.mode & 0o100 else 0o444


def compose(layers: list[Path], rootfs: Path) -> None:
    """Link the files of `layers`, the lowest first, into `rootfs`, which is replaced; whiteouts are honoured."""
    remove(rootfs)
    rootfs.mkdir(parents=True)
    for layer in layers:
        _lay_over(layer, rootfs)


def remove(rootfs: Path) -> None:
    """Remove a composed root; the cache keeps its files."""
    shutil.rmtree(rootfs, ignore_errors=True)


def _lay_over(layer: Path, rootfs: Path) -> None:
    for folder, folders, files in os.walk(layer):
        relative = Path(folder).relative_to(layer)
        target = rootfs / relative
        _require_inside(target, rootfs)
        if _OPAQUE in files:
            _clear(target)
        for name in files:
            if name.startswith(_WHITEOUT):
                _clear_path(target / name.removeprefix(_WHITEOUT))
        links = [name for name in folders if (Path(folder) / name).is_symlink()]
        for name in (*links, *(name for name in files if not name.startswith(_WHITEOUT))):
            _clear_path(target / name)
            _link(Path(folder) / name, target / name)
        for name in set(folders) - set(links):
            _make_folder(target / name)


def _require_inside(target: Path, rootfs: Path) -> None:
    """A lower layer may have a link where this one has a folder; nothing is written through one that leads out."""
    if not target.resolve().is_relative_to(rootfs.resolve()):
        raise LayerError(f"a layer writes through a link to {PurePosixPath(target.resolve())}")


def _make_folder(path: Path) -> None:
    if not path.is_dir():
        _clear_path(path)
        path.mkdir()


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:
        # Another file system, or one without hard links.
        shutil.copy2(source, target, follow_symlinks=False)


def _clear(folder: Path) -> None:
    if folder.is_dir():
        for path in folder.iterdir():
            _clear_path(path)


def _clear_path(path: Path) -> None:
    if path.is_symlink() or path.is_file():
        path.unlink()
    elif path.is_dir():
        shutil.rmtree(path)
