"""Pulls an image by digest and keeps each of its layers unpacked once."""

import json
import os
import shutil
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rehearsal.distribution.auth import RegistryAuth
from rehearsal.distribution.client import RegistryHttp
from rehearsal.distribution.errors import DistributionError
from rehearsal.distribution.reference import Reference, parse
from rehearsal.runtimes.base import PullError

_MAX_LAYER_BYTES = 15 * 1024**3  # ACI's limit for a whole image


@dataclass(frozen=True)
class PulledImage:
    """`config` is the OCI image configuration; `layers` are unpacked folders, lowest first."""

    config: dict[str, Any]
    layers: tuple[Path, ...]

    @property
    def labels(self) -> dict[str, str]:
        return dict(self.config.get("config", {}).get("Labels") or {})


class Images:
    """The image store of the process runtime, below `cache`."""

    def __init__(self, cache: Path, ca_bundle: Path) -> None:
        self._folder = cache / "unpacked"
        self._ca_bundle = ca_bundle

    def pull(self, image: str, token: str) -> PulledImage:
        """The image, from the registry or from what is already here. Raises PullError."""
        try:
            reference = parse(image)
            if reference.digest is None:
                raise PullError(f"{image} names no digest: only digests are run")
            client = RegistryHttp(reference.host, RegistryAuth(bearer=token), self._ca_bundle)
            return self._pulled(client, reference, reference.digest)
        except (DistributionError, ValueError) as problem:
            raise PullError(str(problem)) from problem

    def _pulled(self, client: RegistryHttp, reference: Reference, digest: str) -> PulledImage:
        # The registry is always asked for the manifest: whoever may not pull must be refused here too.
        document = client.get_manifest(reference.repository, digest).document
        config = self._config(client, reference.repository, document["config"])
        layers = [self._layer(client, reference.repository, one) for one in document["layers"]]
        return PulledImage(config, tuple(layers))

    def _config(
        self, client: RegistryHttp, repository: str, descriptor: dict[str, Any]
    ) -> dict[str, Any]:
        with tempfile.TemporaryDirectory(dir=self._prepared()) as folder:
            target = Path(folder) / "config.json"
            client.get_blob(repository, descriptor["digest"], target, descriptor["size"])
            config: dict[str, Any] = json.loads(target.read_bytes())
            return config

    def _layer(self, client: RegistryHttp, repository: str, descriptor: dict[str, Any]) -> Path:
        """The unpacked folder of a layer; a rename makes it appear whole or not at all."""
        final = self._prepared() / descriptor["digest"].replace(":", "-")
        if final.is_dir():
            return final
        with tempfile.TemporaryDirectory(dir=self._folder) as folder:
            blob = Path(folder) / "layer"
            client.get_blob(repository, descriptor["digest"], blob, descriptor["size"])
            unpacked = Path(folder) / "root"
            _unpack(blob, unpacked, descriptor["mediaType"])
            try:
                unpacked.rename(final)
            except OSError:
                if not final.is_dir():  # another container's pull was quicker
                    raise
        return final

    def _prepared(self) -> Path:
        self._folder.mkdir(parents=True, exist_ok=True)
        return self._folder


def _unpack(blob: Path, target: Path, media_type: str) -> None:
    """Unpack; the standard filter refuses paths and links that lead out of the folder."""
    target.mkdir()
    opened = (
        tarfile.open(blob, mode="r:gz")
        if media_type.endswith("gzip")
        else tarfile.open(blob, mode="r:")
    )
    with opened as archive:
        left = _MAX_LAYER_BYTES
        for member in archive:
            left -= member.size
            if left < 0:
                raise PullError(f"a layer unpacks to more than {_MAX_LAYER_BYTES} bytes")
            if not member.isdev():
                archive.extract(member, target, filter="data")


def compose(layers: tuple[Path, ...], target: Path) -> None:
    """The image's file system at `target`, by hard links: the layers' files are not to be written to."""
    target.mkdir(parents=True)
    for layer in layers:
        for folder, folders, files in os.walk(layer):
            below = target / Path(folder).relative_to(layer)
            for name in folders:
                (below / name).mkdir(exist_ok=True)
            for name in files:
                _place(Path(folder) / name, below, name)


def _place(source: Path, folder: Path, name: str) -> None:
    if name == ".wh..wh..opq":
        return
    if name.startswith(".wh."):
        _remove(folder / name.removeprefix(".wh."))
        return
    goal = folder / name
    _remove(goal)
    try:
        os.link(source, goal, follow_symlinks=False)
    except OSError:  # cache and state on different file systems
        shutil.copy2(source, goal, follow_symlinks=False)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
