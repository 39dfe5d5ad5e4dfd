"""Version numbers as tags, claimed without any lock outside the registry.

A tag that is *locked* can no longer move, so the manifest that a locked tag shows has won the
number. To claim: write the manifest under the next free number, lock the tag, read it back.
A writer that reads another's digest takes the next number. A tag that is there but not locked
belongs to a writer that is under way or died: the next writer locks it, and it counts as taken.

The tag `content-<key>` is claimed in the same way before any number, so that everybody who
registers the same content at the same time claims a number for the *same* manifest, and gets the
same number.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING

from slipway.folders import model_folder
from slipway.registry import media_types
from slipway.registry.connection import Connection, DisallowedError
from slipway.registry.errors import RegistryError

if TYPE_CHECKING:
    from azure.containerregistry import ArtifactTagProperties

_CONTENT = "content-"
_ATTEMPTS = 1000
EMPTY_BLOB = b"{}"
EMPTY = {
    "mediaType": media_types.EMPTY,
    "digest": f"sha256:{hashlib.sha256(EMPTY_BLOB).hexdigest()}",
    "size": len(EMPTY_BLOB),
}
# Always the same bytes, so that a listing knows a deleted number by its digest alone.
_DELETED = json.dumps(
    {
        "schemaVersion": 2,
        "mediaType": media_types.OCI_MANIFEST,
        "artifactType": media_types.DELETED_ARTIFACT,
        "config": EMPTY,
        "layers": [EMPTY],
    },
    sort_keys=True,
).encode()
DELETED_DIGEST = f"sha256:{hashlib.sha256(_DELETED).hexdigest()}"


@dataclass(frozen=True)
class Manifest:
    """A manifest as it lies in the registry."""

    content: bytes
    media_type: str

    @property
    def digest(self) -> str:
        """`sha256:...` of the bytes."""
        return f"sha256:{hashlib.sha256(self.content).hexdigest()}"


class Numbers:
    """The numbers of one repository."""

    def __init__(self, connection: Connection, repository: str) -> None:
        self._connection = connection
        self._repository = repository

    def claimed(self) -> dict[int, str]:
        """Number -> digest of the versions that are there; those deleted or under way are not."""
        tags = self._connection.tags(self._repository)
        return {number: str(tag.digest) for number, tag in claims(tags).items()}

    def predict(self, content_key: str) -> int:
        """The number that a claim for this content would get now."""
        tag = self._connection.tag(self._repository, _content_tag(content_key))
        taken = self._all()
        same = [n for n, (digest, _) in taken.items() if tag and digest == tag.digest]
        return min(same, default=max(taken, default=0) + 1)

    def content(self, content_key: str) -> str | None:
        """Digest of the manifest that this content has, or None."""
        tag = self._connection.tag(self._repository, _content_tag(content_key))
        if tag is None or tag.can_write:
            return None
        return str(tag.digest)

    def of_content(self, content_key: str) -> tuple[int, str] | None:
        """Number and digest of the version with this content, when it is claimed."""
        digest = self.content(content_key)
        same = [number for number, d in self.claimed().items() if d == digest] if digest else []
        return (min(same), digest) if digest and same else None

    def claimed_at(self) -> dict[int, str]:
        """Number -> when it was claimed in this registry (ISO 8601, UTC)."""
        tags = self._connection.tags(self._repository)
        return {number: claim_time(tag) for number, tag in claims(tags).items()}

    def taken(self) -> dict[int, str]:
        """Number -> digest of everything that has a number, deleted or under way as well."""
        return {number: digest for number, (digest, _) in self._all().items()}

    def claim_exactly(self, number: int, manifest: Manifest, content_key: str) -> str:
        """Give the manifest this very number, which may leave a gap below it.

        Returns the digest that number or content has from now on: somebody else's where they were first.
        """
        digest = self._claim_content(manifest, content_key)
        if digest != manifest.digest:
            return digest
        if self._connection.tag(self._repository, str(number)) is None:
            self._put(manifest, str(number))
        return self._settle(str(number))

    def claim(self, manifest: Manifest, content_key: str) -> tuple[int, str]:
        """The number and the digest that this content has from now on."""
        digest = self._claim_content(manifest, content_key)
        if digest != manifest.digest:
            content, media_type, _ = self._connection.manifest(self._repository, digest)
            manifest = Manifest(content, media_type)
        return self._claim_number(manifest), digest

    def delete(self, number: int) -> bool:
        """Take the version away and keep its number from being given again.

        Answers False when there was none. When no version is left, the deleted numbers are
        forgotten too, and with them the repository. Any step may be interrupted and done again.
        """
        digest = self.claimed().get(number)
        if digest is not None:
            self._remove_tags(lambda name, d: d == digest and name.startswith(_CONTENT))
            self._mark_deleted(number)
            if digest not in self.claimed().values():
                self._delete_manifest(digest)
        if not any(d != DELETED_DIGEST for d, _ in self._all().values()):
            self._forget()
        return digest is not None

    def _claim_content(self, manifest: Manifest, content_key: str) -> str:
        tag = _content_tag(content_key)
        if self._connection.tag(self._repository, tag) is None:
            self._put(manifest, tag)
        return self._settle(tag)

    def _claim_number(self, manifest: Manifest) -> int:
        for _ in range(_ATTEMPTS):
            taken = self._settled()
            same = [number for number, digest in taken.items() if digest == manifest.digest]
            if same:
                return min(same)
            number = max(taken, default=0) + 1
            self._put(manifest, str(number))
            if self._settle(str(number)) == manifest.digest:
                return number
        raise RegistryError(
            f"No version number could be claimed in {self._repository} after {_ATTEMPTS} attempts: "
            "others were always faster; run the command again."
        )

    def _put(self, manifest: Manifest, tag: str) -> None:
        """Write under the tag; one that was locked in the meantime is left alone."""
        try:
            self._connection.put_manifest(
                self._repository, manifest.content, manifest.media_type, tag
            )
        except DisallowedError:
            return

    def _settle(self, tag: str) -> str:
        """Lock the tag and answer what it shows from then on."""
        self._connection.set_lock(self._repository, tag, locked=True)
        found = self._connection.tag(self._repository, tag)
        if found is None:
            raise RegistryError(
                f"The tag {tag} of {self._repository} was deleted while it was being claimed: "
                "run the command again."
            )
        return str(found.digest)

    def _settled(self) -> dict[int, str]:
        """All numbers, each locked."""
        return {
            number: digest if locked else self._settle(str(number))
            for number, (digest, locked) in self._all().items()
        }

    def _all(self) -> dict[int, tuple[str, bool]]:
        """Number -> (digest, locked)."""
        tags = self._connection.tags(self._repository)
        numbers = [tag for tag in tags if _is_number(tag.name)]
        found = {int(tag.name): (str(tag.digest), not tag.can_write) for tag in numbers}
        return dict(sorted(found.items()))

    def _mark_deleted(self, number: int) -> None:
        from io import BytesIO

        tag = str(number)
        with self._connection.asking():
            self._connection.client.upload_blob(self._repository, BytesIO(EMPTY_BLOB))
        for _ in range(_ATTEMPTS):  # somebody who claims may lock the tag again in between
            self._connection.set_lock(self._repository, tag, locked=False)
            self._put(Manifest(_DELETED, media_types.OCI_MANIFEST), tag)
            if self._settle(tag) == DELETED_DIGEST:
                return
        raise RegistryError(f"The tag {tag} of {self._repository} could not be deleted: try again.")

    def _forget(self) -> None:
        """Remove the marks of deleted numbers; a number claimed meanwhile is none of them."""
        self._remove_tags(lambda name, digest: _is_number(name) and digest == DELETED_DIGEST)
        self._delete_manifest(DELETED_DIGEST)

    def _remove_tags(self, matches: Callable[[str, str], bool]) -> None:
        for tag in self._connection.tags(self._repository):
            if matches(tag.name, tag.digest):
                self._connection.set_lock(self._repository, tag.name, locked=False)
                with self._connection.asking():
                    self._connection.client.delete_tag(self._repository, tag.name)

    def _delete_manifest(self, digest: str) -> None:
        with self._connection.asking():
            self._connection.client.delete_manifest(self._repository, digest)


def claims(tags: "Iterable[ArtifactTagProperties]") -> "dict[int, ArtifactTagProperties]":
    """Number -> tag of the versions that are among a repository's tags; those deleted or under way are not."""
    found = {
        int(tag.name): tag
        for tag in tags
        if _is_number(tag.name) and not tag.can_write and tag.digest != DELETED_DIGEST
    }
    return dict(sorted(found.items()))


def claim_time(tag: "ArtifactTagProperties") -> str:
    """When the tag was created in this registry (ISO 8601, UTC)."""
    when = tag.created_on
    return when.astimezone(UTC).isoformat(timespec="seconds") if when else ""


def newest(claimed: Mapping[int, str]) -> int | None:
    """The highest number, if any."""
    return max(claimed, default=None)


def _content_tag(content_key: str) -> str:
    """A tag for any key: the key itself where it is a hash, of a file or a folder, else its hash."""
    key = content_key.removeprefix("sha256:")
    is_hash = len(key) == 64 and set(key) <= set("0123456789abcdef")
    if is_hash or model_folder.is_hash(content_key):
        return _CONTENT + key
    return _CONTENT + hashlib.sha256(content_key.encode()).hexdigest()


def _is_number(tag: str) -> bool:
    return tag.isascii() and tag.isdecimal() and not tag.startswith("0")
