"""The registry's own tokens: refresh tokens (who) and access tokens (who, and what for how long)."""

import secrets
import time
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jwt

from rehearsal.doors.oci.scopes import Scope
from rehearsal.machine import private_file

REFRESH_SECONDS = 3 * 3600
ACCESS_SECONDS = 75 * 60
_ALGORITHM = "HS256"


class InvalidTokenError(Exception):
    """Not one of ours, for another registry, of another kind, or expired."""


@dataclass(frozen=True)
class Access:
    """What an access token says."""

    principal_id: str
    scopes: tuple[Scope, ...]


class RegistryTokens:
    """Issues and reads tokens for the registries of one rehearsal."""

    def __init__(self, state_dir: Path) -> None:
        self._key = _signing_key(state_dir / "token-signing.key")

    def refresh(self, host: str, principal_id: str) -> str:
        """A refresh token: what `az acr login --expose-token` prints, good as a password."""
        return self._issue(host, principal_id, "refresh_token", REFRESH_SECONDS, {})

    def access(self, host: str, principal_id: str, scopes: Iterable[Scope]) -> str:
        """An access token for these scopes."""
        claims = {"access": [scope.claim() for scope in scopes]}
        return self._issue(host, principal_id, "access_token", ACCESS_SECONDS, claims)

    def read_refresh(self, host: str, token: str) -> str:
        """Whose refresh token it is (object id). Raises InvalidTokenError."""
        return str(self._read(host, token, "refresh_token")["sub"])

    def read_access(self, host: str, token: str) -> Access:
        """What the access token permits. Raises InvalidTokenError."""
        claims = self._read(host, token, "access_token")
        scopes = (Scope(a["type"], a["name"], tuple(a["actions"])) for a in claims["access"])
        return Access(claims["sub"], tuple(scopes))

    def _issue(
        self, host: str, principal_id: str, kind: str, seconds: int, more: dict[str, Any]
    ) -> str:
        now = int(time.time())
        claims = {
            "jti": str(uuid.uuid4()),
            "sub": principal_id,
            "iss": "Azure Container Registry",
            "aud": host,
            "nbf": now - 5,
            "iat": now,
            "exp": now + seconds,
            "grant_type": kind,
            **more,
        }
        return jwt.encode(claims, self._key, algorithm=_ALGORITHM)

    def _read(self, host: str, token: str, kind: str) -> dict[str, Any]:
        try:
            claims: dict[str, Any] = jwt.decode(
                token, self._key, algorithms=[_ALGORITHM], audience=host
            )
        except jwt.InvalidTokenError as error:
            raise InvalidTokenError(str(error)) from error
        if claims.get("grant_type") != kind:
            raise InvalidTokenError(f"not a token of the kind {kind}")
        return claims


def _signing_key(path: Path) -> bytes:
    """The key on disk, so that tokens outlive a restart; made at the first start."""
    if not path.exists():
        private_file.write(path, secrets.token_hex(32).encode())
    return path.read_bytes()
