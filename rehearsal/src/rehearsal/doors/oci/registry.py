"""One registry: its gate, its metadata, its blobs."""

from dataclasses import dataclass

from starlette.requests import Request

from rehearsal.doors.oci import names
from rehearsal.doors.oci.blobs import BlobFiles
from rehearsal.doors.oci.catalog import Catalog
from rehearsal.doors.oci.errors import OciError
from rehearsal.doors.oci.gate import Gate
from rehearsal.doors.oci.scopes import CATALOG, repository

MAX_PAGE = 1000


@dataclass(frozen=True)
class Registry:
    """What the handlers of one login server share."""

    gate: Gate
    catalog: Catalog
    blobs: BlobFiles

    @property
    def host(self) -> str:
        """The login server."""
        return self.gate.host

    def repository(self, request: Request, *actions: str) -> str:
        """The repository that the path names, after asking whether the caller may."""
        name = names.repository(request.path_params["name"])
        self.gate.require(request, repository(name, *actions))
        return name

    def whole(self, request: Request) -> None:
        """Ask whether the caller may see the list of repositories."""
        self.gate.require(request, CATALOG)

    def release(self, digests: list[str]) -> None:
        """Delete blobs that no repository holds any more."""
        for digest in digests:
            self.blobs.delete(digest)


def page(request: Request, items: list[str], default: int) -> tuple[list[str], dict[str, str]]:
    """One page of sorted `items` by the parameters `n` and `last`, and its `Link` header."""
    last = request.query_params.get("last", "")
    limit = _limit(request.query_params.get("n"), default)
    rest = [item for item in items if item > last]
    shown = rest[:limit]
    if len(rest) <= limit or not shown:
        return shown, {}
    url = request.url.include_query_params(last=shown[-1], n=limit)
    return shown, {"Link": f'<{url.path}?{url.query}>; rel="next"'}


def _limit(value: str | None, default: int) -> int:
    if value is None:
        return default
    if not value.isdecimal() or int(value) == 0:
        message = "invalid number of results requested"
        raise OciError(400, "PAGINATION_NUMBER_INVALID", message, {"n": value})
    return min(int(value), MAX_PAGE)
