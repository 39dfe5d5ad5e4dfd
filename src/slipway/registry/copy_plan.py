"""What copying an image to another registry means: which manifests, blobs and numbers, and what forbids it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from slipway.registry import image_labels, lineage, model_manifest, model_words, names, notes
from slipway.registry import media_types as types
from slipway.registry.connection import Connection
from slipway.registry.errors import NotFoundError, RegistryError
from slipway.registry.numbers import DELETED_DIGEST, Manifest, Numbers

_INDEXES = (types.OCI_INDEX, types.DOCKER_LIST)


@dataclass(frozen=True)
class Blob:
    """A blob of a manifest."""

    digest: str
    size: int


@dataclass(frozen=True, kw_only=True)
class Version:
    """One version to copy: a model, or an image, with all that it consists of."""

    id: str
    """`diabetes-image:8`"""
    number: int
    repository: str
    content_key: str
    manifests: tuple[Manifest, ...]
    """Those of an index before it; the version's own is the last."""
    blobs: tuple[Blob, ...]
    notes: tuple[tuple[str, Manifest], ...]
    """Tag and note."""

    @property
    def manifest(self) -> Manifest:
        """The version's own."""
        return self.manifests[-1]

    @property
    def size(self) -> int:
        """Bytes of all blobs."""
        return sum(blob.size for blob in self.blobs)


def read(source: Connection, name: str, number: int) -> list[Version]:
    """The image's models, and the image after them. Raises RegistryError, NotFoundError."""
    image = _image(source, name, number)
    return [*(_model(source, model_id) for model_id in image[1]), image[0]]


def missing(target: Connection, versions: Sequence[Version]) -> list[Version]:
    """Those that the target does not have. Raises RegistryError naming all that it can never have."""
    new, refusals = [], []
    for version in versions:
        numbers = Numbers(target, version.repository)
        content = numbers.content(version.content_key)
        # Another build of the same content is the same version, here as everywhere.
        if content is not None and numbers.claimed().get(version.number) == content:
            continue
        new.append(version)
        if why := _refusal(version, numbers.taken(), content):
            refusals.append(f"{version.id} cannot be copied to {target.login_server}: {why}.")
    if refusals:
        raise RegistryError("\n".join(refusals))
    return new


def _refusal(version: Version, taken: Mapping[int, str], content: str | None) -> str | None:
    name, under_number = version.id.rpartition(":")[0], taken.get(version.number)
    others = [n for n, digest in taken.items() if digest == content and n != version.number]
    if under_number == DELETED_DIGEST:
        return "a version of this number was deleted there, and its number is not given again"
    if under_number not in (None, version.manifest.digest):
        return f"that number is other content there ({under_number}, not {version.manifest.digest})"
    if others:
        return (
            f"the same content is there as {name}:{min(others)}; use that, or delete it there first"
        )
    if content not in (None, version.manifest.digest):
        return (
            "another build of the same content is being published there; copy again when it is done"
        )
    return None


def _image(source: Connection, name: str, number: int) -> tuple[Version, tuple[str, ...]]:
    repository = names.image_repository(names.image(name))
    digest = _digest(source, repository, f"{name}:{number}")
    manifests = tuple(_tree(source, repository, digest))
    labels = image_labels.read(source, repository, digest)
    origin = _origin(source, repository, f"{name}:{number}", manifests[-1])
    version = Version(
        id=f"{name}:{number}",
        number=number,
        repository=repository,
        content_key=labels.content_key,
        manifests=manifests,
        blobs=_blobs(manifests),
        notes=(origin,),
    )
    return version, labels.models


def _model(source: Connection, model_id: str) -> Version:
    name, _, number = model_id.rpartition(":")
    repository = names.model_repository(names.model(name))
    digest = _digest(source, repository, model_id)
    manifests = tuple(_tree(source, repository, digest))
    sha256 = model_manifest.read(manifests[-1].content, digest, int(number)).sha256
    return Version(
        id=model_id,
        number=int(number),
        repository=repository,
        content_key=sha256,
        manifests=manifests,
        blobs=_blobs(manifests),
        notes=(
            *_existing(source, repository, model_words.tag(sha256)),
            _origin(source, repository, model_id, manifests[-1]),
        ),
    )


def _digest(source: Connection, repository: str, version_id: str) -> str:
    claimed = Numbers(source, repository).claimed()
    number = int(version_id.rpartition(":")[2])
    if number not in claimed:
        has = ", ".join(map(str, claimed)) or "none"
        raise NotFoundError(
            f"{version_id} is not in the registry {source.login_server}, which has of its name "
            f"the versions: {has}."
        )
    return claimed[number]


def _tree(source: Connection, repository: str, digest: str) -> Iterator[Manifest]:
    """The manifest, after those that it names if it is an index."""
    content, media_type, _ = source.manifest(repository, digest)
    manifest = Manifest(content, media_type)
    if manifest.digest != digest:
        raise RegistryError(
            f"The registry {source.login_server} returned {manifest.digest} for {repository}@{digest}: "
            "its content is damaged; build the image again."
        )
    if media_type in _INDEXES:
        for child in json.loads(content).get("manifests", []):
            yield from _tree(source, repository, child["digest"])
    yield manifest


def _blobs(manifests: Sequence[Manifest]) -> tuple[Blob, ...]:
    """All blobs, each once."""
    found: dict[str, Blob] = {}
    for manifest in manifests:
        body = json.loads(manifest.content)
        for one in _descriptors(body):
            found[one["digest"]] = Blob(one["digest"], one["size"])
    return tuple(found.values())


def _descriptors(body: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if "config" in body:
        yield body["config"]
    yield from body.get("layers", [])


def _existing(source: Connection, repository: str, tag: str) -> tuple[tuple[str, Manifest], ...]:
    try:
        content, media_type, _ = source.manifest(repository, tag)
    except NotFoundError:
        return ()
    return ((tag, Manifest(content, media_type)),)


def _origin(
    source: Connection, repository: str, version_id: str, manifest: Manifest
) -> tuple[str, Manifest]:
    """Where the number was given first: a copy of a copy says the same as the copy."""
    tag, number = notes.origin_tag(manifest.digest), int(version_id.rpartition(":")[2])
    if known := _existing(source, repository, tag):
        return known[0]
    annotations = {
        types.ORIGIN: f"{source.login_server}/{repository}@{manifest.digest}",
        types.ORIGIN_ID: version_id,
        types.ORIGIN_CREATED: Numbers(source, repository).claimed_at().get(number, ""),
        types.CREATED: datetime.now(UTC).isoformat(timespec="seconds"),
        types.CREATED_BY: lineage.created_by(),
    }
    return tag, notes.compose(types.ORIGIN_ARTIFACT, annotations)
