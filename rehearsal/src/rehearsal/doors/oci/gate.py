"""Who is calling, and may they? Bearer and basic credentials, the challenge, and the refusals."""

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass

from starlette.requests import Request

from rehearsal.core.errors import ArmError
from rehearsal.core.rbac import Rbac, RegistryAction
from rehearsal.core.tokens import Tokens
from rehearsal.doors.oci.errors import OciError
from rehearsal.doors.oci.scopes import Scope, permitted
from rehearsal.doors.oci.tokens import InvalidTokenError, RegistryTokens

TOKEN_USER = "00000000-0000-0000-0000-000000000000"  # noqa: S105 - a user name, ACR's own
"""The user name that says: the password is a refresh token."""
ADMIN = "admin"
"""Stands for the admin user where others have an object id."""
AUDIENCES = ("https://containerregistry.azure.net", "https://management.azure.com")
_MESSAGE = "authentication required, visit https://aka.ms/acr/authorization for more information."


@dataclass(frozen=True)
class Gate:
    """The door-keeper of one registry.

    `host` is the login server; `registry_id` returns its ARM id, or None when ARM does not know it.
    """

    host: str
    registry_id: Callable[[], str | None]
    own: RegistryTokens
    entra: Tokens
    rbac: Rbac
    admin: Callable[[str, str], bool] = lambda *_: False
    """Whether a name and a password are those of the admin user, if the registry has one at this moment."""

    def require(self, request: Request, scope: Scope | None = None) -> str:
        """The caller's object id; raises OciError (401, with the challenge) when refused.

        Without a scope any valid credential is enough (`GET /v2/`).
        """
        header = request.headers.get("authorization", "")
        kind, _, value = header.partition(" ")
        if kind.lower() == "bearer":
            return self._bearer(value.strip(), scope)
        if kind.lower() == "basic":
            principal_id = self.basic(header)
            return self._by_role(principal_id, scope)
        raise self.refusal(scope)

    def basic(self, header: str) -> str:
        """Whose basic credentials these are; see `password`."""
        try:
            text = base64.b64decode(header.partition(" ")[2], validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            raise self.refusal(None) from None
        user, _, password = text.partition(":")
        return self.password(user, password)

    def password(self, user: str, password: str) -> str:
        """Whose they are: TOKEN_USER with a refresh token, the admin user, or a service principal with its secret."""
        if user == TOKEN_USER:
            return self.refresh_token(password)
        if self.admin(user, password):
            return ADMIN
        try:
            return self.entra.sign_in_here(user, password).object_id
        except ArmError:
            raise self.refusal(None) from None

    def refresh_token(self, token: str) -> str:
        """Whose refresh token it is, or 401."""
        try:
            return self.own.read_refresh(self.host, token)
        except InvalidTokenError:
            raise self.refusal(None) from None

    def entra_token(self, token: str) -> str:
        """Whose Entra token it is (audience: the registry's or ARM's), or 401."""
        try:
            return self.entra.verify(token, *AUDIENCES).object_id
        except ArmError:
            raise self.refusal(None) from None

    def grant(self, principal_id: str, asked: list[Scope]) -> list[Scope]:
        """What of the asked scopes the caller's roles permit at this moment."""
        return permitted(asked, lambda right: self._allows(principal_id, right))

    def has_any_right(self, principal_id: str) -> bool:
        """Whether any role of the caller touches this registry at all."""
        rights: tuple[RegistryAction, ...] = ("pull", "push", "delete", "metadata_write")
        return any(self._allows(principal_id, right) for right in rights)

    def challenge(self, scope: Scope | None) -> str:
        """The `WWW-Authenticate` header."""
        text = f'Bearer realm="https://{self.host}/oauth2/token",service="{self.host}"'
        return text if scope is None else f'{text},scope="{scope}"'

    def refusal(self, scope: Scope | None) -> OciError:
        """401 in ACR's words; the same for no credential, a wrong one, and one without rights."""
        detail = None
        if scope is not None:
            detail = [
                {"Type": scope.type, "Name": scope.name, "Action": action}
                for action in scope.actions
            ]
        return UnauthorizedError(_MESSAGE, detail, self.challenge(scope))

    def _bearer(self, token: str, scope: Scope | None) -> str:
        try:
            access = self.own.read_access(self.host, token)
        except InvalidTokenError:
            return self._by_role(self._entra_bearer(token, scope), scope)
        if scope is not None and not any(held.covers(scope) for held in access.scopes):
            raise self.refusal(scope)
        return access.principal_id

    def _entra_bearer(self, token: str, scope: Scope | None) -> str:
        try:
            return self.entra.verify(token, *AUDIENCES).object_id
        except ArmError:
            raise self.refusal(scope) from None

    def _by_role(self, principal_id: str, scope: Scope | None) -> str:
        if scope is None:
            allowed = self.has_any_right(principal_id)
        else:
            allowed = any(held.covers(scope) for held in self.grant(principal_id, [scope]))
        if not allowed:
            raise self.refusal(scope)
        return principal_id

    def _allows(self, principal_id: str, right: RegistryAction) -> bool:
        registry_id = self.registry_id()
        if principal_id == ADMIN:
            return registry_id is not None
        return registry_id is not None and self.rbac.allows(principal_id, right, registry_id)


class UnauthorizedError(OciError):
    """401 with a challenge."""

    def __init__(self, message: str, detail: object, challenge: str) -> None:
        super().__init__(401, "UNAUTHORIZED", message, detail)
        self.challenge = challenge
