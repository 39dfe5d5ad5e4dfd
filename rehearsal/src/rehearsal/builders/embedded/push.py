"""Sends an image to a registry, and only what the registry has not got."""

import io
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO

from rehearsal.builders.embedded.layer import Layer
from rehearsal.distribution.client import RegistryHttp
from rehearsal.distribution.reference import Reference


@dataclass(frozen=True)
class Image:
    """A built image: its configuration and manifest as bytes, its layers on disk."""

    config: bytes
    config_digest: str
    manifest: bytes
    media_type: str
    digest: str
    layers: tuple[Layer, ...]


@dataclass(frozen=True)
class _Blob:
    digest: str
    size: int
    open: Callable[[], BinaryIO]


# Two builds at once would otherwise both send the layer that they share.
_one_push = threading.Lock()


def push(
    image: Image,
    registry: RegistryHttp,
    reference: Reference,
    progress: Callable[[str], None],
) -> int:
    """Upload to `reference`'s tag, and return the bytes of blobs and manifest that were sent.

    Raises DistributionError; what was sent stays and is not sent again the next time.
    """
    blobs = [_Blob(one.digest, one.size, partial(_open, one.path)) for one in image.layers]
    blobs.append(_Blob(image.config_digest, len(image.config), partial(io.BytesIO, image.config)))
    with _one_push:
        sent = sum(_send(registry, reference, blob, progress) for blob in blobs)
    registry.put_manifest(
        reference.repository, reference.tag or image.digest, image.manifest, image.media_type
    )
    return sent + len(image.manifest)


def _open(path: Path) -> BinaryIO:
    return path.open("rb")


def _send(
    registry: RegistryHttp, reference: Reference, blob: _Blob, progress: Callable[[str], None]
) -> int:
    if registry.has_blob(reference.repository, blob.digest):
        return 0
    progress(f"uploading {blob.digest[:19]} ({blob.size / 1e6:.1f} MB)")
    with blob.open() as content:
        registry.put_blob(reference.repository, blob.digest, content, blob.size)
    return blob.size
