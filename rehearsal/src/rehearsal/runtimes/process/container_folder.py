"""The files of one container: its log, its record, its secret files, its temporary folder, its root."""

import os
import shutil
from dataclasses import replace
from pathlib import Path

from rehearsal.core.containers import ContainerSpec
from rehearsal.runtimes.process import confinement, launch, layers
from rehearsal.runtimes.process.launch import Launch, Places
from rehearsal.runtimes.process.log_file import LogFile
from rehearsal.runtimes.process.process_group import ProcessGroup
from rehearsal.runtimes.process.pull import Image
from rehearsal.runtimes.process.roots import SharedRoots


def exit_file(root: Path) -> Path:
    """Where the exit code is left: in a folder of its own, the only one here that the container itself writes to."""
    return root / "end" / "exit"


class ContainerFolder:
    """`root` is the container's own folder; `rootfs` is in the cache: the image's files, or a link to shared ones."""

    def __init__(self, root: Path, rootfs: Path) -> None:
        self._root = root
        self._rootfs = rootfs
        self.marker = str(root)
        self.record = root / "run.json"
        self._end = root / "end"
        self.exit_file = exit_file(root)
        self.log = LogFile(root / "log")
        self._python = Path()
        self._mounts: dict[str, Path] = {}

    def fill(self, image: Image, spec: ContainerSpec, python: Path, shared: SharedRoots) -> None:
        """Compose the root, or share one, and write the secret files. Raises LayerError."""
        self._root.mkdir(parents=True, exist_ok=True, mode=0o700)
        if confinement.is_kept_from_writing(image.is_roots):
            shared.refer(self._rootfs, image)
        else:
            layers.compose(image.layers, self._rootfs)
        self.use(spec, python)
        for number, files in enumerate(spec.files.values()):
            folder = self._mount_folder(number)
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True, mode=0o700)
            for name, content in files.items():
                _write_secret(folder / Path(name).name, content)

    def use(self, spec: ContainerSpec, python: Path) -> None:
        """Know the places that `fill` made in an earlier life."""
        self._python = python
        self._mounts = {
            mount: self._mount_folder(number) for number, mount in enumerate(spec.files)
        }
        (self._root / "tmp").mkdir(parents=True, exist_ok=True, mode=0o700)

    @property
    def rootfs(self) -> Path:
        """Where the image's files are."""
        return self._rootfs.resolve()

    @property
    def is_filled(self) -> bool:
        """Whether the root is there."""
        return self._rootfs.is_dir()

    def launch(self, image: Image, spec: ContainerSpec, ip: str) -> Launch:
        """What to start. Raises CannotRunError."""
        plan = launch.plan(image, spec, self._places(), ip, self._python)
        self._end.mkdir(exist_ok=True)
        self.log.make()
        own = [self._root / "tmp", self._end, self.log.path]
        to_read = [self._root / "mounts"]
        kept = confinement.is_kept_from_writing(image.is_roots)
        (to_read if kept else own).append(self.rootfs)
        granted = confinement.grants(self._python, own, to_read)
        return replace(plan, grants=granted)

    def command(self, command: tuple[str, ...], ip: str) -> list[str]:
        """The command of an exec probe or a console."""
        return launch.side_command(command, self._places(), ip, self._python)

    def spawn(self, started: Launch, cpus: set[int]) -> ProcessGroup:
        """Start a process that prints into the log."""
        output = self.log.open()
        try:
            return ProcessGroup.start(started, self.marker, self.exit_file, output, cpus)
        finally:
            os.close(output)

    def remove(self) -> None:
        """Remove everything but the layers' cache."""
        shutil.rmtree(self._root, ignore_errors=True)
        layers.remove(self._rootfs)

    def _mount_folder(self, number: int) -> Path:
        return self._root / "mounts" / str(number)

    def _places(self) -> Places:
        return Places(self.rootfs, self._root / "tmp", self._mounts, self.marker)


def _write_secret(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
