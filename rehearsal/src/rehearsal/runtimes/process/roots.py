"""Roots that containers of an image share, where they are kept from writing to them: composed once, of links.

A container refers to its root by a link of its own in the cache's folder of roots; a root that none refers to goes
after a day.
"""

import fcntl
import hashlib
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from rehearsal.machine import private_folder, rooted
from rehearsal.machine.rooted import OutsideError
from rehearsal.runtimes.process import inventory, layers
from rehearsal.runtimes.process.layers import FILES, INVENTORY, LayerError
from rehearsal.runtimes.process.pull import Image

#: Folders of the cache: containers keep their links in those that lie there.
CONTAINERS, BUILDS = "rootfs", "builds"
_FORGOTTEN_SECONDS = 86_400


class SharedRoots:
    """Lives in `cache_dir`/roots. Thread-safe."""

    def __init__(self, cache_dir: Path) -> None:
        self._cache_dir = cache_dir
        self._folder = cache_dir / "roots"
        self._lock = threading.Lock()

    def refer(self, link: Path, image: Image) -> None:
        """Let `link`, which is replaced, lead to the root of the image's layers. Raises LayerError."""
        try:
            with self._alone():
                self._refer(link, image)
        except (OSError, ValueError) as error:
            raise LayerError(f"the image's root cannot be composed: {error}") from None

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Another rehearsal of this user shares the cache: what one is about to refer to, the other would sweep."""
        private_folder.make(self._folder)
        with self._lock, (self._cache_dir / ".roots.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _refer(self, link: Path, image: Image) -> None:
        self._sweep()
        place = self._folder / _name(image)
        # Young, and so not swept until the link is there.
        with suppress(FileNotFoundError):
            os.utime(place)
        # Roots of other images that have a layer of this one move the times of its files.
        root = layers.unpacked(place, known=lambda: _files(image))
        if root is None:
            root = self._composed(image, place)
        layers.remove(link)
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(root)

    def _composed(self, image: Image, place: Path) -> Path:
        work = Path(tempfile.mkdtemp(dir=self._folder, prefix=".new-"))
        try:
            with ExitStack() as moved:
                for layer in image.layers:
                    moved.enter_context(inventory.moving(layer, layer.parent / INVENTORY))
                layers.compose(image.layers, work / FILES, shared=True)
            _make_workdir(image, work / FILES)
            inventory.write(inventory.take(work / FILES, _files(image)), work / INVENTORY)
            layers.publish(work, place)
            return place / FILES
        finally:
            shutil.rmtree(work, ignore_errors=True)

    def _sweep(self) -> None:
        old = [path for path in self._folder.resolve().iterdir() if _is_old(path)]
        if not old:
            return
        links = (
            link for kind in (CONTAINERS, BUILDS) for link in (self._cache_dir / kind).glob("*/*")
        )
        used = {link.resolve().parent for link in links if link.is_symlink()}
        for path in old:
            if path not in used and _is_old(path):
                shutil.rmtree(path, ignore_errors=True)


def _files(image: Image) -> inventory.Files:
    """Those of its layers, which have been checked. Raises OSError and ValueError."""
    return {
        inode: file
        for layer in image.layers
        for inode, file in inventory.files(layer.parent / INVENTORY).items()
    }


def _is_old(path: Path) -> bool:
    with suppress(FileNotFoundError):
        return time.time() - path.stat().st_mtime > _FORGOTTEN_SECONDS
    return False


def _name(image: Image) -> str:
    parts = [*(layer.parent.name for layer in image.layers), image.workdir]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _make_workdir(image: Image, root: Path) -> None:
    """As a container does that starts there; one outside is refused when it is launched."""
    with (
        suppress(OutsideError),
        rooted.folder(root, image.workdir_parts, make=True),
    ):
        pass
