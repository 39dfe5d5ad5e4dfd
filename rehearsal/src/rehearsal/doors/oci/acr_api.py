"""`/acr/v1/`: ACR's own API for repositories, tags, manifests and their changeable attributes."""

import json
import sqlite3
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from rehearsal.doors.http_body import read_body
from rehearsal.doors.oci import errors, manifest_reader, names
from rehearsal.doors.oci.attributes import ATTRIBUTES, Kind
from rehearsal.doors.oci.errors import OciError
from rehearsal.doors.oci.registry import Registry, page

_MAX_BODY = 16 * 1024
_MAX_CONFIG = 4 * 1024 * 1024


@dataclass(frozen=True)
class AcrApi:
    """The handlers; one instance per registry."""

    registry: Registry

    def routes(self) -> list[Route]:
        """Where they answer; the repository itself comes last, its path ends all others."""
        tag, manifest = "/acr/v1/{name:path}/_tags", "/acr/v1/{name:path}/_manifests"
        return [
            Route("/acr/v1/_catalog", self.catalog, methods=["GET"]),
            Route(tag, self.tags, methods=["GET"]),
            Route(tag + "/{tag}", self.tag, methods=["GET"]),
            Route(tag + "/{tag}", self.change_tag, methods=["PATCH"]),
            Route(tag + "/{tag}", self.delete_tag, methods=["DELETE"]),
            Route(manifest, self.manifests, methods=["GET"]),
            Route(manifest + "/{digest}", self.manifest, methods=["GET"]),
            Route(manifest + "/{digest}", self.change_manifest, methods=["PATCH"]),
            Route("/acr/v1/{name:path}", self.repository, methods=["GET"]),
            Route("/acr/v1/{name:path}", self.change_repository, methods=["PATCH"]),
            Route("/acr/v1/{name:path}", self.delete_repository, methods=["DELETE"]),
        ]

    async def catalog(self, request: Request) -> Response:
        """Names of all repositories, in pages."""
        self.registry.whole(request)
        shown, headers = page(request, self.registry.catalog.repositories(), default=100)
        return JSONResponse({"repositories": shown}, headers=headers)

    async def repository(self, request: Request) -> Response:
        """A repository's properties."""
        name = self.registry.repository(request, "metadata_read")
        return JSONResponse(self._repository(name))

    async def change_repository(self, request: Request) -> Response:
        """Set a repository's attributes."""
        name = self.registry.repository(request, "metadata_write")
        self.registry.catalog.repository(name)
        await self._change(request, "repositories", name)
        return JSONResponse(self._repository(name))

    async def delete_repository(self, request: Request) -> Response:
        """Delete a repository with all that it holds."""
        name = self.registry.repository(request, "delete")
        digests, tags, free = self.registry.catalog.delete_repository(name)
        self.registry.release(free)
        return JSONResponse({"manifestsDeleted": digests, "tagsDeleted": tags}, status_code=202)

    async def tags(self, request: Request) -> Response:
        """A repository's tags, in pages, by name or by time."""
        name = self.registry.repository(request, "metadata_read")
        self.registry.catalog.repository(name)
        rows = self.registry.catalog.tags(name, request.query_params.get("digest"))
        shown, headers = _page_of_rows(request, rows, "name")
        body = {**self._head(name), "tags": [_tag(row) for row in shown]}
        return JSONResponse(body, headers=headers)

    async def tag(self, request: Request) -> Response:
        """A tag's properties."""
        name = self.registry.repository(request, "metadata_read")
        row = self.registry.catalog.tag(name, names.tag(request.path_params["tag"]))
        return JSONResponse({**self._head(name), "tag": _tag(row)})

    async def change_tag(self, request: Request) -> Response:
        """Set a tag's attributes: this is how a tag is locked."""
        name = self.registry.repository(request, "metadata_write")
        tag = names.tag(request.path_params["tag"])
        self.registry.catalog.tag(name, tag)
        await self._change(request, "tags", name, tag)
        row = self.registry.catalog.tag(name, tag)
        return JSONResponse({**self._head(name), "tag": _tag(row)})

    async def delete_tag(self, request: Request) -> Response:
        """Remove a tag; the manifest stays."""
        name = self.registry.repository(request, "delete")
        self.registry.catalog.delete_tag(name, names.tag(request.path_params["tag"]))
        return Response(status_code=202)

    async def manifests(self, request: Request) -> Response:
        """A repository's manifests, in pages, by digest or by time."""
        name = self.registry.repository(request, "metadata_read")
        self.registry.catalog.repository(name)
        shown, headers = _page_of_rows(request, self.registry.catalog.manifests(name), "digest")
        body = {**self._head(name), "manifests": [self._manifest(name, row) for row in shown]}
        return JSONResponse(body, headers=headers)

    async def manifest(self, request: Request) -> Response:
        """A manifest's properties."""
        name = self.registry.repository(request, "metadata_read")
        digest = names.digest(request.path_params["digest"])
        row = self.registry.catalog.manifest(name, digest)
        return JSONResponse({**self._head(name), "manifest": self._manifest(name, row)})

    async def change_manifest(self, request: Request) -> Response:
        """Set a manifest's attributes."""
        name = self.registry.repository(request, "metadata_write")
        digest = names.digest(request.path_params["digest"])
        self.registry.catalog.manifest(name, digest)
        await self._change(request, "manifests", name, digest)
        row = self.registry.catalog.manifest(name, digest)
        return JSONResponse({**self._head(name), "manifest": self._manifest(name, row)})

    async def _change(self, request: Request, kind: Kind, *key: str) -> None:
        body = await _json(request)
        self.registry.catalog.change(kind, key, {k: bool(v) for k, v in body.items()})

    def _head(self, name: str) -> dict[str, str]:
        return {"registry": self.registry.host, "imageName": name}

    def _repository(self, name: str) -> dict[str, Any]:
        row = self.registry.catalog.repository(name)
        return {
            **self._head(name),
            **_times(row),
            "manifestCount": len(self.registry.catalog.manifests(name)),
            "tagCount": len(self.registry.catalog.tags(name)),
            "changeableAttributes": {**_attributes(row), "teleportEnabled": False},
        }

    def _manifest(self, name: str, row: sqlite3.Row) -> dict[str, Any]:
        tags = [tag["name"] for tag in self.registry.catalog.tags(name, row["digest"])]
        document = json.loads(row["content"])
        kind = manifest_reader.artifact_type(document)
        return {
            "digest": row["digest"],
            "imageSize": row["size"],
            **self._platform(document.get("config") or {}),
            **_times(row),
            "mediaType": row["media_type"],
            "configMediaType": row["config_media_type"],
            "artifactType": kind,
            "tags": tags,
            "changeableAttributes": _attributes(row),
        }

    def _platform(self, config: dict[str, Any]) -> dict[str, str]:
        """What an image's configuration says of system and processor; nothing for other artifacts."""
        if "image" not in str(config.get("mediaType")) or config.get("size", 0) > _MAX_CONFIG:
            return {}
        try:
            found = json.loads(self.registry.blobs.path(config["digest"]).read_bytes())
            return {name: found[name] for name in ("architecture", "os") if found.get(name)}
        except (OSError, ValueError, AttributeError, TypeError):
            return {}


def _tag(row: sqlite3.Row) -> dict[str, Any]:
    attributes = _attributes(row)
    return {
        "name": row["name"],
        "digest": row["digest"],
        **_times(row),
        "signed": False,
        "changeableAttributes": attributes,
    }


def _times(row: sqlite3.Row) -> dict[str, str]:
    return {"createdTime": row["created"], "lastUpdateTime": row["updated"]}


def _attributes(row: sqlite3.Row) -> dict[str, bool]:
    return {name: bool(row[name]) for name in ATTRIBUTES}


def _page_of_rows(
    request: Request, rows: list[sqlite3.Row], key: str
) -> tuple[list[sqlite3.Row], dict[str, str]]:
    """One page; ordered by time only the whole list is given, as `last` is a name."""
    order = request.query_params.get("orderby", "none")
    if order in ("timeasc", "timedesc"):
        return sorted(rows, key=lambda row: row["updated"], reverse=order == "timedesc"), {}
    by_key = {row[key]: row for row in rows}
    shown, headers = page(request, list(by_key), default=100)
    return [by_key[name] for name in shown], headers


async def _json(request: Request) -> dict[str, Any]:
    content = await read_body(request, _MAX_BODY, errors.body_too_large(_MAX_BODY))
    try:
        body = json.loads(content or b"{}")
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise OciError(400, "UNSUPPORTED", "request body is not a JSON object")
    return body
