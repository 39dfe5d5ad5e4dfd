"""Credentials for a registry: a bearer token as it stands, or a name and password for its token endpoint."""

import json
import re
import threading
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

import urllib3

from rehearsal.distribution.errors import DistributionError

_PARAMETER = re.compile(r'(\w+)="([^"]*)"')


@dataclass(frozen=True, repr=False)
class RegistryAuth:
    """Either `bearer`, or `username` and `password`, or nothing at all. Never printed."""

    bearer: str = ""
    username: str = ""
    password: str = ""


class Authorizer:
    """Answers a registry's challenges and remembers the tokens per scope."""

    def __init__(self, host: str, auth: RegistryAuth, http: urllib3.PoolManager) -> None:
        self._host = host
        self._auth = auth
        self._http = http
        self._tokens: dict[str, str] = {}
        self._lock = threading.Lock()

    def header(self, scope: str) -> dict[str, str]:
        """The header that is known to work for this scope, if any."""
        token = self._auth.bearer or self._tokens.get(scope, "")
        return {"Authorization": f"Bearer {token}"} if token else {}

    def answer(self, challenge: str, scope: str) -> bool:
        """Get a token for a `WWW-Authenticate: Bearer ...` challenge; False when there is nothing to offer."""
        if self._auth.bearer or not challenge.lower().startswith("bearer "):
            return False
        parameters = dict(_PARAMETER.findall(challenge))
        self._require_same_host(parameters.get("realm", ""))
        with self._lock:
            self._tokens[scope] = self._fetch(parameters, scope)
        return True

    def _require_same_host(self, realm: str) -> None:
        """A password goes nowhere but to the registry that it is for."""
        parts = urlsplit(realm)
        if parts.scheme != "https" or parts.netloc != self._host:
            raise DistributionError(
                f"registry {self._host} asks for its tokens to be fetched from {realm!r}, which is not itself: "
                "the credentials were not sent"
            )

    def _fetch(self, parameters: dict[str, str], scope: str) -> str:
        query = urlencode({"service": parameters.get("service", self._host), "scope": scope})
        headers = {}
        if self._auth.username:
            headers = urllib3.make_headers(
                basic_auth=f"{self._auth.username}:{self._auth.password}"
            )
        response = self._http.request("GET", f"{parameters['realm']}?{query}", headers=headers)
        if response.status != 200:
            raise DistributionError(
                f"registry {self._host} refused the credentials ({response.status}): log in again, "
                "or give the identity a role at the registry",
                response.status,
            )
        answer = json.loads(response.data)
        return str(answer.get("access_token") or answer.get("token") or "")
