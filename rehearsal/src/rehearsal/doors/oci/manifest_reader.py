"""Reading a manifest that a client puts: is it what its media type says, and what does it name?"""

import hashlib
import json
from typing import Any

from rehearsal.doors.oci.catalog import Manifest
from rehearsal.doors.oci.errors import manifest_invalid

MAX_MANIFEST_BYTES = 4 * 1024 * 1024
IMAGES = (
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
)
INDEXES = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
)


def read(content: bytes, media_type: str) -> Manifest:
    """The manifest, or MANIFEST_INVALID with the reason."""
    body = _parse(content)
    if media_type not in (*IMAGES, *INDEXES):
        raise manifest_invalid(f"media type {media_type!r} is not supported")
    if body.get("schemaVersion") != 2:
        raise manifest_invalid("schemaVersion must be 2")
    if body.get("mediaType", media_type) != media_type:
        raise manifest_invalid("mediaType does not match Content-Type")
    image = media_type in IMAGES
    blobs = [_descriptor(body.get("config")), *_descriptors(body, "layers")] if image else []
    children = [] if image else _descriptors(body, "manifests")
    return Manifest(
        digest=f"sha256:{hashlib.sha256(content).hexdigest()}",
        media_type=media_type,
        content=content,
        config_media_type=blobs[0].get("mediaType") if blobs else None,
        subject=_descriptor(body["subject"])["digest"] if body.get("subject") else None,
        blobs=tuple(blob["digest"] for blob in blobs if not blob.get("urls")),
        children=tuple(child["digest"] for child in children),
        size=len(content) + sum(item["size"] for item in (*blobs, *children)),
    )


def artifact_type(body: dict[str, Any]) -> str | None:
    """The `artifactType`, or else the config's media type, as the specification defines it."""
    kind: str | None = body.get("artifactType") or body.get("config", {}).get("mediaType")
    return kind


def _parse(content: bytes) -> dict[str, Any]:
    try:
        body = json.loads(content)
    except ValueError:
        raise manifest_invalid("not JSON") from None
    if not isinstance(body, dict):
        raise manifest_invalid("not a JSON object")
    return body


def _descriptors(body: dict[str, Any], key: str) -> list[dict[str, Any]]:
    items = body.get(key, [])
    if not isinstance(items, list):
        raise manifest_invalid(f"{key} must be a list")
    return [_descriptor(item) for item in items]


def _descriptor(item: Any) -> dict[str, Any]:
    digest = item.get("digest") if isinstance(item, dict) else None
    if not isinstance(digest, str) or not digest.startswith("sha256:"):
        raise manifest_invalid("a descriptor needs a sha256 digest")
    if not isinstance(item.get("size"), int) or item["size"] < 0:
        raise manifest_invalid("a descriptor needs a size")
    return dict(item)
