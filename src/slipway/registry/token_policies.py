"""What Microsoft's client lacks in its handling of registry tokens, behind its own policy.

The client asks for a new token before every request, by sending the request, body and all, and
being refused: four round trips for one, and every chunk of an upload sent twice.
`TokenReusePolicy` adds the token that worked for the same kind of request before; when that has
run out, the client's policy fetches another and this one learns it.
"""

import re
import threading
from urllib.parse import parse_qs, urlsplit

from azure.core.pipeline import PipelineRequest, PipelineResponse
from azure.core.pipeline.policies import HTTPPolicy
from azure.core.rest import HttpRequest, HttpResponse

_ADDRESS = re.compile(
    r"https://[^/]+/+(?P<api>v2|acr/v1)/(?P<name>.+?)"
    r"(?:/(?:blobs|manifests|_tags|_manifests)(?:/.*)?)?(?:\?.*)?"
)
_SCOPE = re.compile(r'scope="([^"]*)"')
_KIND = {"GET": "read", "HEAD": "read", "DELETE": "delete"}


class TokenReusePolicy(HTTPPolicy[HttpRequest, HttpResponse]):
    """Remembers `Authorization` per API, repository and kind of request."""

    def __init__(self) -> None:
        super().__init__()
        self._held: dict[tuple[str, str, str], str] = {}
        self._lock = threading.Lock()

    def send(
        self, request: PipelineRequest[HttpRequest]
    ) -> PipelineResponse[HttpRequest, HttpResponse]:
        """Add what worked before; learn what works now; forget what no longer does."""
        key = _key(request.http_request)
        if key is None:
            return self.next.send(request)
        headers = request.http_request.headers
        if "Authorization" not in headers and key in self._held:
            headers["Authorization"] = self._held[key]
        response = self.next.send(request)
        with self._lock:
            if response.http_response.status_code == 401:
                self._held.pop(key, None)
                headers.pop("Authorization", None)
            elif "Authorization" in headers:
                self._held[key] = headers["Authorization"]
        return response


class MountScopePolicy(HTTPPolicy[HttpRequest, HttpResponse]):
    """Asks for the right to read the repository that a blob is mounted from.

    A registry's challenge names the repository that is written to; who mounts asks for both
    (the distribution specification's token scopes).
    """

    def send(
        self, request: PipelineRequest[HttpRequest]
    ) -> PipelineResponse[HttpRequest, HttpResponse]:
        """Extend the scope in the challenge to a mount; leave everything else alone."""
        response = self.next.send(request)
        origin = _mounted_from(request.http_request)
        challenge = response.http_response.headers.get("WWW-Authenticate", "")
        if origin and response.http_response.status_code == 401 and _SCOPE.search(challenge):
            both = _SCOPE.sub(rf'scope="\1 repository:{origin}:pull"', challenge)
            response.http_response.headers["WWW-Authenticate"] = both
        return response


def _mounted_from(request: HttpRequest) -> str | None:
    query = parse_qs(urlsplit(request.url).query)
    return query["from"][0] if "mount" in query and "from" in query else None


def _key(request: HttpRequest) -> tuple[str, str, str] | None:
    match = _ADDRESS.fullmatch(request.url)
    if match is None or _mounted_from(request):  # its token must be good for two repositories
        return None
    return match["api"], match["name"].replace("%2F", "/"), _KIND.get(request.method, "write")
