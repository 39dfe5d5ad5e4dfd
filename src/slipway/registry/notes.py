"""Notes beside a version: annotations in a manifest of their own, under a tag that can move.

A version's manifest never changes, so what is added later, or in another registry, is beside it.
"""

import json
from collections.abc import Mapping
from io import BytesIO

from slipway.registry import media_types as types
from slipway.registry.connection import Connection
from slipway.registry.errors import NotFoundError
from slipway.registry.numbers import EMPTY, EMPTY_BLOB, Manifest


def origin_tag(digest: str) -> str:
    """Tag of the note about where the version with this digest got its number."""
    return f"origin-{digest.removeprefix('sha256:')}"


def origin(connection: Connection, repository: str, digest: str) -> str:
    """`acme.azurecr.io/images/diabetes-image@sha256:...` of a version that was copied, else empty."""
    return (read(connection, repository, origin_tag(digest)) or {}).get(types.ORIGIN, "")


def read(connection: Connection, repository: str, tag: str) -> dict[str, str] | None:
    """The annotations under a tag, or None."""
    try:
        content, _, _ = connection.manifest(repository, tag)
    except NotFoundError:
        return None
    found: dict[str, str] = json.loads(content).get("annotations", {})
    return found


def compose(artifact_type: str, annotations: Mapping[str, str]) -> Manifest:
    """A note, to be put under its tag."""
    body = {
        "schemaVersion": 2,
        "mediaType": types.OCI_MANIFEST,
        "artifactType": artifact_type,
        "config": EMPTY,
        "layers": [EMPTY],
        "annotations": dict(annotations),
    }
    return Manifest(json.dumps(body, sort_keys=True).encode(), types.OCI_MANIFEST)


def put(connection: Connection, repository: str, tag: str, note: Manifest) -> None:
    """Keep a note; the one before it is gone."""
    with connection.asking():
        connection.client.upload_blob(repository, BytesIO(EMPTY_BLOB))
    connection.put_manifest(repository, note.content, note.media_type, tag)


def forget(connection: Connection, repository: str, tag: str) -> None:
    """Delete a note, when the version is deleted; one that is not there is no error."""
    found = connection.tag(repository, tag)
    if found is None:
        return
    with connection.asking():
        connection.client.delete_tag(repository, tag)
        still_named = {one.digest for one in connection.tags(repository)}
        if found.digest not in still_named:
            connection.client.delete_manifest(repository, str(found.digest))
