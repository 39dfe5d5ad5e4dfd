"""`/v2/<name>/blobs/`: uploads (whole, in chunks, mounted) and downloads (whole and in part)."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from rehearsal.distribution.reference import is_digest
from rehearsal.doors.oci import errors, names
from rehearsal.doors.oci.registry import Registry
from rehearsal.doors.oci.scopes import repository

_UPLOADS = "/v2/{name:path}/blobs/uploads"
_SPAN = re.compile(r"(\d{0,18})-(\d{0,18})", re.ASCII)
_RANGE = re.compile(r"(?:bytes )?(\d+)-(\d+)(?:/.*)?")


@dataclass(frozen=True)
class BlobApi:
    """The handlers; one instance per registry."""

    registry: Registry

    def routes(self) -> list[Route]:
        """Where they answer; uploads come before blobs, whose path they share."""
        session = _UPLOADS + "/{upload}"
        blob = "/v2/{name:path}/blobs/{digest}"
        return [
            Route(_UPLOADS + "/", self.begin, methods=["POST"]),
            Route(session, self.chunk, methods=["PATCH"]),
            Route(session, self.complete, methods=["PUT"]),
            Route(session, self.progress, methods=["GET"]),
            Route(session, self.cancel, methods=["DELETE"]),
            Route(blob, self.download, methods=["GET", "HEAD"]),
            Route(blob, self.delete, methods=["DELETE"]),
        ]

    async def begin(self, request: Request) -> Response:
        """POST: mount from another repository, take a whole blob at once, or open a session."""
        name = self.registry.repository(request, "pull", "push")
        mounted = self._mount(request, name)
        if mounted is not None:
            return mounted
        upload = self.registry.blobs.begin()
        if "digest" in request.query_params:
            return await self._finish(request, name, upload)
        return self._accepted(name, upload, 0)

    async def chunk(self, request: Request) -> Response:
        """PATCH: the next bytes of a session."""
        name = self.registry.repository(request, "pull", "push")
        upload = request.path_params["upload"]
        self._require_next(request, upload)
        received = await self.registry.blobs.append(upload, _body(request))
        return self._accepted(name, upload, received)

    async def complete(self, request: Request) -> Response:
        """PUT: the last bytes, if any, and the digest of all."""
        name = self.registry.repository(request, "pull", "push")
        upload = request.path_params["upload"]
        self._require_next(request, upload)
        return await self._finish(request, name, upload)

    async def progress(self, request: Request) -> Response:
        """GET: how far a session is."""
        name = self.registry.repository(request, "pull", "push")
        upload = request.path_params["upload"]
        response = self._accepted(name, upload, self.registry.blobs.received(upload))
        response.status_code = 204
        return response

    async def cancel(self, request: Request) -> Response:
        """DELETE: give a session up."""
        self.registry.repository(request, "pull", "push")
        self.registry.blobs.cancel(request.path_params["upload"])
        return Response(status_code=204)

    async def download(self, request: Request) -> Response:
        """GET and HEAD, also with a Range."""
        name = self.registry.repository(request, "pull")
        digest = names.digest(request.path_params["digest"])
        path = self.registry.blobs.path(digest)
        if not self.registry.catalog.has_blob(name, digest):
            raise errors.blob_unknown(digest)
        if not path.is_file():
            raise errors.blob_lost(digest, path)
        headers = {"Docker-Content-Digest": digest, "ETag": f'"{digest}"'}
        _check_range(request, path.stat().st_size)
        return FileResponse(path, media_type="application/octet-stream", headers=headers)

    async def delete(self, request: Request) -> Response:
        """DELETE: take the blob out of the repository."""
        name = self.registry.repository(request, "delete")
        digest = names.digest(request.path_params["digest"])
        if not self.registry.catalog.has_blob(name, digest):
            raise errors.blob_unknown(digest)
        self.registry.release(self.registry.catalog.unlink_blob(name, digest))
        return Response(status_code=202, headers={"Docker-Content-Digest": digest})

    def _mount(self, request: Request, name: str) -> Response | None:
        """The answer when the blob could be mounted; None opens a session, as the spec says."""
        digest, origin = (request.query_params.get(key) for key in ("mount", "from"))
        if digest is None or origin is None or not is_digest(digest):
            return None
        try:
            self.registry.gate.require(request, repository(names.repository(origin), "pull"))
        except errors.OciError:
            return None
        there = self.registry.blobs.path(digest).is_file()
        if not there or not self.registry.catalog.has_blob(origin, digest):
            return None
        self.registry.catalog.link_blob(name, digest)
        return self._created(name, digest)

    async def _finish(self, request: Request, name: str, upload: str) -> Response:
        digest = names.digest(request.query_params.get("digest"))
        await self.registry.blobs.append(upload, _body(request))
        await self.registry.blobs.finish(upload, digest)
        self.registry.catalog.link_blob(name, digest)
        return self._created(name, digest)

    def _require_next(self, request: Request, upload: str) -> None:
        """A chunk with a Content-Range begins where the last one ended."""
        received = self.registry.blobs.received(upload)
        header = request.headers.get("content-range")
        if header is None:
            return
        match = _RANGE.fullmatch(header.strip())
        if match is None or int(match[1]) != received:
            raise errors.range_invalid(received)

    def _accepted(self, name: str, upload: str, received: int) -> Response:
        headers = {
            "Location": f"/v2/{name}/blobs/uploads/{upload}",
            "Docker-Upload-UUID": upload,
            "Range": f"0-{max(received - 1, 0)}",
        }
        return Response(status_code=202, headers=headers)

    def _created(self, name: str, digest: str) -> Response:
        location = f"/v2/{name}/blobs/{digest}"
        headers = {"Location": location, "Docker-Content-Digest": digest}
        return Response(status_code=201, headers=headers)


def _check_range(request: Request, size: int) -> None:
    """A range beyond the end is refused in the registry's form; one that cannot be read counts as none (RFC 9110)."""
    given = request.headers.get("range")
    if given is None:
        return
    spans = [_SPAN.fullmatch(one.strip()) for one in given.removeprefix("bytes=").split(",")]
    if not given.startswith("bytes=") or not all(one and (one[1] or one[2]) for one in spans):
        request.scope["headers"] = [one for one in request.scope["headers"] if one[0] != b"range"]
        return
    if all(int(one[1]) >= size if one[1] else int(one[2]) == 0 for one in spans if one):
        raise errors.range_unsatisfiable(size)


async def _body(request: Request) -> AsyncIterator[bytes]:
    async for piece in request.stream():
        yield piece
