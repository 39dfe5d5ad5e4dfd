"""Pulls an image by digest, with the identity's own token, and unpacks what is not unpacked yet."""

import json
import posixpath
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from rehearsal.core.containers import PullError
from rehearsal.distribution import image_python
from rehearsal.distribution.auth import RegistryAuth
from rehearsal.distribution.client import RegistryHttp
from rehearsal.distribution.errors import DistributionError
from rehearsal.distribution.reference import Reference, parse
from rehearsal.machine import private_folder
from rehearsal.runtimes.process.layers import LayerError, unpack, unpacked

_MAX_CONFIG = 4 << 20


@dataclass(frozen=True)
class Image:
    """A pulled image: its configuration, where its layers are unpacked (the lowest first), and its base's name."""

    config: dict[str, Any]
    layers: list[Path]
    base: str = ""

    @property
    def environment(self) -> dict[str, str]:
        """The image's ENV."""
        return dict(pair.partition("=")[::2] for pair in self.config.get("Env") or [])

    @property
    def command(self) -> list[str]:
        """ENTRYPOINT and CMD."""
        return [*(self.config.get("Entrypoint") or []), *(self.config.get("Cmd") or [])]

    @property
    def workdir(self) -> str:
        """WORKDIR."""
        return self.config.get("WorkingDir") or "/"

    @property
    def workdir_parts(self) -> list[str]:
        """The steps from the root to WORKDIR."""
        return posixpath.normpath(f"/{self.workdir}").strip("/").split("/")

    @property
    def is_roots(self) -> bool:
        """USER: whether its programs run as root, to whom all of its files belong."""
        return str(self.config.get("User") or "root").partition(":")[0] in ("root", "0")

    @property
    def python(self) -> str | None:
        """The Python version that the image wants; None when it does not tell."""
        labels: dict[str, str] = self.config.get("Labels") or {}
        return image_python.of_image(labels, self.environment, self.base)


class Puller:
    """Pulls into `cache_dir`/layers-unpacked. Thread-safe; a layer is fetched once however many ask for it."""

    def __init__(self, cache_dir: Path, ca_bundle: Path | None) -> None:
        # Not "unpacked", where earlier versions kept layers without an inventory.
        self._unpacked = cache_dir / "layers-unpacked"
        self._ca_bundle = ca_bundle
        self._lock = threading.Lock()

    def pull(self, image: str, token: Callable[[str], str] | None) -> Image:
        """Pull `host/repository@sha256:...`, or by tag. Raises PullError with the registry's words."""
        return self.pull_as(
            image, lambda host: RegistryAuth(bearer=token(host) if token is not None else "")
        )

    def pull_as(self, image: str, auth: Callable[[str], RegistryAuth]) -> Image:
        """The same for whoever has other credentials than a token."""
        try:
            reference = parse(image)
        except ValueError as error:
            raise PullError(str(error)) from None
        try:
            client = RegistryHttp(reference.host, auth(reference.host), self._ca_bundle)
            with self._lock:
                return self._fetch(client, reference)
        except (DistributionError, LayerError) as error:
            raise PullError(f"{image}: {error}") from None

    def _fetch(self, client: RegistryHttp, reference: Reference) -> Image:
        named = reference.digest or reference.tag or "latest"
        manifest = client.get_manifest(reference.repository, named).document
        config = self._config(client, reference, manifest["config"])
        layers = [self._layer(client, reference, layer) for layer in manifest["layers"]]
        base = (manifest.get("annotations") or {}).get(image_python.BASE_ANNOTATION, "")
        return Image(config.get("config") or {}, layers, base)

    def _config(
        self, client: RegistryHttp, reference: Reference, descriptor: dict[str, Any]
    ) -> dict[str, Any]:
        if descriptor["size"] > _MAX_CONFIG:
            raise PullError(f"the configuration of {reference.repository} is larger than 4 MiB")
        path = self._download(client, reference, descriptor)
        try:
            document: dict[str, Any] = json.loads(path.read_bytes())
            return document
        except ValueError:
            raise PullError(f"the configuration of {reference.repository} is not JSON") from None
        finally:
            path.unlink()

    def _layer(
        self, client: RegistryHttp, reference: Reference, descriptor: dict[str, Any]
    ) -> Path:
        target = self._unpacked / str(descriptor["digest"]).replace(":", "-")
        if (found := unpacked(target)) is not None:
            return found
        path = self._download(client, reference, descriptor)
        try:
            return unpack(path, descriptor["mediaType"], target)
        finally:
            path.unlink()

    def _download(
        self, client: RegistryHttp, reference: Reference, descriptor: dict[str, Any]
    ) -> Path:
        private_folder.make(self._unpacked)
        # Of one's own: a builder may fetch the same layer for itself.
        path = self._unpacked / f".{str(descriptor['digest']).replace(':', '-')}-{uuid4().hex}.blob"
        client.get_blob(reference.repository, descriptor["digest"], path, descriptor["size"])
        return path
