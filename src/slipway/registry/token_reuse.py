"""Keeps registry tokens between requests.

Microsoft's client asks for a new token before every request, by sending the request, body and all,
and being refused: four round trips for one, and every chunk of an upload sent twice. This policy
sits behind the client's own and adds the token that worked for the same kind of request before;
when that has run out, the client's policy fetches another and this one learns it.
"""

import re
import threading

from azure.core.pipeline import PipelineRequest, PipelineResponse
from azure.core.pipeline.policies import HTTPPolicy
from azure.core.rest import HttpRequest, HttpResponse

_ADDRESS = re.compile(
    r"https://[^/]+/+(?P<api>v2|acr/v1)/(?P<name>.+?)"
    r"(?:/(?:blobs|manifests|_tags|_manifests)(?:/.*)?)?(?:\?.*)?"
)
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


def _key(request: HttpRequest) -> tuple[str, str, str] | None:
    match = _ADDRESS.fullmatch(request.url)
    if match is None:
        return None
    return match["api"], match["name"].replace("%2F", "/"), _KIND.get(request.method, "write")
