"""`/v2/<name>/manifests/`, `/referrers/`, `/tags/list` and `/v2/_catalog`."""

import json
import sqlite3
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from rehearsal.distribution.reference import is_digest
from rehearsal.doors.oci import errors, manifest_reader, names
from rehearsal.doors.oci.manifest_reader import INDEXES, MAX_MANIFEST_BYTES
from rehearsal.doors.oci.registry import Registry, page


@dataclass(frozen=True)
class ManifestApi:
    """The handlers; one instance per registry."""

    registry: Registry

    def routes(self) -> list[Route]:
        """Where they answer."""
        manifest = "/v2/{name:path}/manifests/{reference}"
        return [
            Route("/v2/", self.ping, methods=["GET", "HEAD"]),
            Route("/v2/_catalog", self.catalog, methods=["GET"]),
            Route("/v2/{name:path}/tags/list", self.tags, methods=["GET"]),
            Route("/v2/{name:path}/referrers/{digest}", self.referrers, methods=["GET"]),
            Route(manifest, self.get, methods=["GET", "HEAD"]),
            Route(manifest, self.put, methods=["PUT"]),
            Route(manifest, self.delete, methods=["DELETE"]),
        ]

    async def ping(self, request: Request) -> Response:
        """`GET /v2/`: is this a registry, and am I known here?"""
        self.registry.gate.require(request)
        return JSONResponse({})

    async def catalog(self, request: Request) -> Response:
        """Names of all repositories, in pages."""
        self.registry.whole(request)
        shown, headers = page(request, self.registry.catalog.repositories(), default=100)
        return JSONResponse({"repositories": shown}, headers=headers)

    async def tags(self, request: Request) -> Response:
        """Names of a repository's tags, in pages."""
        name = self.registry.repository(request, "pull")
        self.registry.catalog.repository(name)
        tags = [row["name"] for row in self.registry.catalog.tags(name)]
        shown, headers = page(request, tags, default=100)
        return JSONResponse({"name": name, "tags": shown}, headers=headers)

    async def referrers(self, request: Request) -> Response:
        """What refers to a manifest, as an index."""
        name = self.registry.repository(request, "pull")
        digest = names.digest(request.path_params["digest"])
        wanted = request.query_params.get("artifactType")
        found = []
        for row in self.registry.catalog.referrers(name, digest):
            body = json.loads(row["content"])
            kind = manifest_reader.artifact_type(body)
            if wanted is None or kind == wanted:
                found.append(_descriptor(row, kind, body.get("annotations")))
        index = {"schemaVersion": 2, "mediaType": INDEXES[0], "manifests": found}
        headers = {"OCI-Filters-Applied": "artifactType"} if wanted else {}
        return Response(json.dumps(index), media_type=INDEXES[0], headers=headers)

    async def get(self, request: Request) -> Response:
        """GET and HEAD, by tag or digest."""
        name = self.registry.repository(request, "pull")
        reference = request.path_params["reference"]
        row = self.registry.catalog.manifest(name, reference)
        self._require_readable(name, reference, row["digest"])
        headers = {"Docker-Content-Digest": row["digest"], "ETag": f'"{row["digest"]}"'}
        return Response(row["content"], media_type=row["media_type"], headers=headers)

    async def put(self, request: Request) -> Response:
        """PUT, under a tag or under its own digest."""
        name = self.registry.repository(request, "pull", "push")
        reference = request.path_params["reference"]
        media_type = request.headers.get("content-type", "").partition(";")[0].strip()
        manifest = manifest_reader.read(await _content(request), media_type)
        tag = _tag(reference, manifest.digest)
        self.registry.catalog.put_manifest(name, manifest, tag)
        headers = {
            "Location": f"/v2/{name}/manifests/{manifest.digest}",
            "Docker-Content-Digest": manifest.digest,
        }
        if manifest.subject:
            headers["OCI-Subject"] = manifest.subject
        return Response(status_code=201, headers=headers)

    async def delete(self, request: Request) -> Response:
        """DELETE: a digest takes the manifest and its tags, a tag only itself."""
        name = self.registry.repository(request, "delete")
        reference = request.path_params["reference"]
        if is_digest(reference):
            self.registry.release(self.registry.catalog.delete_manifest(name, reference))
        else:
            self.registry.catalog.delete_tag(name, names.tag(reference))
        return Response(status_code=202)

    def _require_readable(self, name: str, reference: str, digest: str) -> None:
        rows = [self.registry.catalog.repository(name)]
        rows.append(self.registry.catalog.manifest(name, digest))
        if not is_digest(reference):
            rows.append(self.registry.catalog.tag(name, reference))
        if not all(row["readEnabled"] for row in rows):
            raise errors.disallowed()


def _tag(reference: str, digest: str) -> str | None:
    """The tag that the PUT names; a digest must be the content's own."""
    if ":" not in reference:
        return names.tag(reference)
    if names.digest(reference) != digest:
        raise errors.digest_invalid(f"the content is {digest}, not {reference}")
    return None


async def _content(request: Request) -> bytes:
    """The body, bounded."""
    content = bytearray()
    async for piece in request.stream():
        content += piece
        if len(content) > MAX_MANIFEST_BYTES:
            raise errors.size_invalid(MAX_MANIFEST_BYTES)
    return bytes(content)


def _descriptor(
    row: sqlite3.Row, kind: str | None, annotations: dict[str, str] | None
) -> dict[str, object]:
    descriptor: dict[str, object] = {
        "mediaType": row["media_type"],
        "digest": row["digest"],
        "size": len(row["content"]),
    }
    if kind:
        descriptor["artifactType"] = kind
    if annotations:
        descriptor["annotations"] = annotations
    return descriptor
