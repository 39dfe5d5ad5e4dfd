"""Copies an image with its models to another registry: same digests, same numbers.

Nothing that the target has is changed. A number is claimed last, when everything under it is there,
so that a kill at any point leaves nothing half done that anybody could see, and copying again goes
on with what is missing.
"""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from slipway.registry import copy_plan, notes
from slipway.registry.connection import Connection
from slipway.registry.copy_plan import Blob, Version
from slipway.registry.errors import RegistryError
from slipway.registry.many import at_once
from slipway.registry.names import IMAGES
from slipway.registry.numbers import Numbers

# A mount costs a request to each repository that may hold the blob.
_MOUNTED_FROM_BYTES = 1 << 20
_MOUNT_REPOSITORIES = 8


class Progress:
    """Learns how far a copy is, in bytes of blobs; threads call it. This one does nothing."""

    def begin(self, total: int) -> None:
        """So many bytes are to be in the target."""

    def advance(self, size: int) -> None:
        """So many more are there."""

    def stage(self, sentence: str) -> None:
        """What is done from now on."""


@dataclass
class Copied:
    """What a copy did: ids of versions, and bytes of blobs by the way they took."""

    new: list[str] = field(default_factory=list)
    """Versions that the target did not have."""
    there: list[str] = field(default_factory=list)
    """Versions that it had."""
    sent_bytes: int = 0
    mounted_bytes: int = 0
    """Of other repositories of the target."""
    kept_bytes: int = 0
    """Of blobs that an earlier copy had brought."""


def copy_image(
    source: Connection, target: Connection, name: str, number: int, progress: Progress
) -> Copied:
    """Copy the image and its models. Raises RegistryError with all that forbids it, one line each."""
    if source.login_server == target.login_server:
        raise RegistryError(
            f"The image is to be copied from and to the same registry, {source.login_server}."
        )
    progress.stage(f"reading {name}:{number} and its models in {source.login_server}")
    versions = copy_plan.read(source, name, number)
    new = copy_plan.missing(target, versions)
    copied = Copied([one.id for one in new], [one.id for one in versions if one not in new])
    progress.begin(sum(version.size for version in new))
    copier = _Copier(source, target, _Traffic(copied, progress))
    for version in new:
        progress.stage(
            f"copying {version.id} to {target.login_server} ({version.size / 1e6:.1f} MB)"
        )
        copier.copy(version)
    return copied


class _Traffic:
    """Counts bytes that are in the target now; threads call it."""

    def __init__(self, copied: Copied, progress: Progress) -> None:
        self._copied = copied
        self._progress = progress
        self._lock = threading.Lock()

    def add(self, *, sent: int = 0, mounted: int = 0, kept: int = 0) -> None:
        with self._lock:
            self._copied.sent_bytes += sent
            self._copied.mounted_bytes += mounted
            self._copied.kept_bytes += kept
        self._progress.advance(sent + mounted + kept)


class _Copier:
    """From one registry to another."""

    def __init__(self, source: Connection, target: Connection, traffic: _Traffic) -> None:
        self._source = source
        self._target = target
        self._traffic = traffic
        self._image_repositories: list[str] | None = None

    def copy(self, version: Version) -> None:
        """Copy a version that the target does not have."""
        repository = version.repository
        at_once(lambda blob: self._copy_blob(repository, blob), version.blobs)
        for part in version.manifests[:-1]:
            self._target.put_manifest(repository, part.content, part.media_type)
        for tag, note in version.notes:
            if self._target.tag(repository, tag) is None:
                notes.put(self._target, repository, tag, note)
        self._claim(version)
        self._verify(version)

    def _copy_blob(self, repository: str, blob: Blob) -> None:
        if self._target.has_blob(repository, blob.digest):
            self._traffic.add(kept=blob.size)
        elif self._mount(repository, blob):
            self._traffic.add(mounted=blob.size)
        else:
            self._send(repository, blob)

    def _mount(self, repository: str, blob: Blob) -> bool:
        """Layers of one environment are the same in images of other names."""
        if blob.size < _MOUNTED_FROM_BYTES:
            return False
        return any(
            self._target.has_blob(other, blob.digest)
            and self._target.mount_blob(repository, blob.digest, other)
            for other in self._others(repository)
        )

    def _others(self, repository: str) -> Sequence[str]:
        if self._image_repositories is None:
            self._image_repositories = self._target.repositories(IMAGES)
        others = [name for name in self._image_repositories if name != repository]
        # Images of like names are most likely of one environment.
        others.sort(key=lambda name: -SequenceMatcher(None, name, repository).ratio())
        return others[:_MOUNT_REPOSITORIES]

    def _send(self, repository: str, blob: Blob) -> None:
        pieces = _Pieces(self._source.blob_pieces(repository, blob.digest), self._traffic)
        digest = self._target.put_blob(repository, pieces)
        if digest != blob.digest:
            raise RegistryError(
                f"The blob {repository}@{blob.digest} arrived in the registry "
                f"{self._target.login_server} as {digest}: copy again."
            )

    def _claim(self, version: Version) -> None:
        numbers = Numbers(self._target, version.repository)
        digest = numbers.claim_exactly(version.number, version.manifest, version.content_key)
        if digest != version.manifest.digest:
            raise RegistryError(
                f"{version.id} was published in the registry {self._target.login_server} by somebody "
                "else while it was being copied: copy again to learn what is there."
            )

    def _verify(self, version: Version) -> None:
        """Read back what is there now."""
        repository, digest = version.repository, version.manifest.digest
        found = Numbers(self._target, repository).claimed().get(version.number)
        content, _, _ = self._target.manifest(repository, str(version.number))
        there = at_once(lambda one: self._target.has_blob(repository, one.digest), version.blobs)
        missing = [one.digest for one, has in zip(version.blobs, there, strict=True) if not has]
        if found != digest or content != version.manifest.content or missing:
            raise RegistryError(
                f"{version.id} in the registry {self._target.login_server} is not what was sent: "
                f"expected {digest}, found {found}, missing blobs: {missing or 'none'}."
            )


class _Pieces:
    """A download as the stream that an upload reads."""

    def __init__(self, pieces: Iterator[bytes], traffic: _Traffic) -> None:
        self._pieces = pieces
        self._traffic = traffic
        self._held = bytearray()

    def read(self, size: int) -> bytes:
        """The next `size` bytes, fewer only at the end."""
        while len(self._held) < size and (piece := next(self._pieces, b"")):
            self._held += piece
        taken = bytes(self._held[:size])
        del self._held[:size]
        self._traffic.add(sent=len(taken))
        return taken
