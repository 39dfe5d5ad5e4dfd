"""Stands in for Entra: gives out access tokens and says whom a token belongs to.

Audiences are strings compared without a trailing slash. Two are used by name: `ARM_AUDIENCE` for the
ARM endpoint and `ACR_AUDIENCE` for registries. `GroupSpec.registry_token(login_server)` hands runtimes
a token with `ACR_AUDIENCE`, as a managed identity would get it; the OCI door takes it where ACR takes an
Entra token (`/oauth2/exchange`), and as `Authorization: Bearer`.
"""

import hmac
import time
from dataclasses import dataclass

import jwt

from rehearsal.core.errors import ArmError
from rehearsal.core.identity import Identity

ARM_AUDIENCE = "https://management.azure.com"
ACR_AUDIENCE = "https://containerregistry.azure.net"
LIFETIME_SECONDS = 3600
_ALGORITHM = "HS256"


@dataclass(frozen=True)
class Principal:
    """Somebody in the directory: the rehearsal's user or a managed identity."""

    object_id: str
    client_id: str = ""


class Tokens:
    """Tokens are JWTs signed with the rehearsal's own key; they outlive a restart."""

    def __init__(self, identity: Identity) -> None:
        self._identity = identity

    @property
    def user(self) -> Principal:
        """The rehearsal's own user."""
        return Principal(self._identity.object_id, self._identity.client_id)

    def issue(
        self,
        principal_id: str,
        audience: str,
        *,
        client_id: str = "",
        lifetime: int = LIFETIME_SECONDS,
    ) -> str:
        """An access token of that principal (object id) for an audience."""
        issued = int(time.time())
        claims = {
            "aud": audience.rstrip("/"),
            "iss": f"https://sts.windows.net/{self._identity.tenant_id}/",
            "iat": issued,
            "nbf": issued - 5,
            "exp": issued + lifetime,
            "oid": principal_id,
            "sub": principal_id,
            "appid": client_id,
            "tid": self._identity.tenant_id,
            "ver": "1.0",
        }
        return jwt.encode(claims, self._identity.signing_key, algorithm=_ALGORITHM)

    def verify(self, token: str, *audiences: str) -> Principal:
        """Whose token it is. Raises ArmError (401) when it is not ours, has run out or is for others."""
        try:
            claims = jwt.decode(
                token,
                self._identity.signing_key,
                algorithms=[_ALGORITHM],
                audience=[audience.rstrip("/") for audience in audiences],
            )
        except jwt.ExpiredSignatureError as problem:
            raise ArmError(
                401,
                "ExpiredAuthenticationToken",
                "The access token expiry UTC time is earlier than current time.",
            ) from problem
        except jwt.InvalidAudienceError as problem:
            raise ArmError(
                401,
                "InvalidAuthenticationTokenAudience",
                "The access token has been obtained for wrong audience or resource. It should exactly match "
                f"with one of the allowed audiences '{', '.join(audiences)}'.",
            ) from problem
        except jwt.InvalidTokenError as problem:
            raise ArmError(
                401, "InvalidAuthenticationToken", "The access token is invalid."
            ) from problem
        return Principal(claims["oid"], claims.get("appid", ""))

    def sign_in_here(self, client_id: str, client_secret: str) -> Principal:
        """The same in this tenant, as a registry takes a service principal's name and secret."""
        return self.sign_in(self._identity.tenant_id, client_id, client_secret)

    def sign_in(self, tenant_id: str, client_id: str, client_secret: str) -> Principal:
        """The principal of a client credential. Raises ArmError (401) in Entra's words."""
        own = self._identity
        if not _same(tenant_id, own.tenant_id):
            raise ArmError(400, "invalid_request", f"AADSTS90002: Tenant '{tenant_id}' not found.")
        if not _same(client_id, own.client_id):
            raise ArmError(
                400,
                "unauthorized_client",
                f"AADSTS700016: Application with identifier '{client_id}' was not found in the directory.",
            )
        if not hmac.compare_digest(client_secret.encode(), own.client_secret.encode()):
            raise ArmError(
                401,
                "invalid_client",
                f"AADSTS7000215: Invalid client secret provided for app '{client_id}'.",
            )
        return self.user


def _same(left: str, right: str) -> bool:
    return left.lower() == right.lower()
