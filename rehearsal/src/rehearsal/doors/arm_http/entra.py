"""Entra's endpoints: OpenID configuration and the token endpoint of the client credentials flow."""

import uuid
from typing import Any
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from rehearsal.core.errors import ArmError, body_too_large
from rehearsal.core.resource import now
from rehearsal.core.tokens import LIFETIME_SECONDS, Tokens
from rehearsal.doors.http_body import read_body

_MAX_FORM_BYTES = 64 * 1024


class Entra:
    """Signs in the rehearsal's own user."""

    def __init__(self, tokens: Tokens, base_url: str) -> None:
        self._tokens = tokens
        self._base_url = base_url

    def routes(self) -> list[Route]:
        """What Microsoft's credential classes ask for."""
        configuration = "/{tenant}/v2.0/.well-known/openid-configuration"
        return [
            Route(configuration, self.configuration, methods=["GET"]),
            Route("/{tenant}/oauth2/v2.0/token", self.token, methods=["POST"]),
            Route("/{tenant}/discovery/v2.0/keys", self.keys, methods=["GET"]),
        ]

    async def configuration(self, request: Request) -> Response:
        """The endpoints of a tenant."""
        tenant = f"{self._base_url}/{request.path_params['tenant']}"
        return JSONResponse(
            {
                "issuer": f"{tenant}/v2.0",
                "authorization_endpoint": f"{tenant}/oauth2/v2.0/authorize",
                "token_endpoint": f"{tenant}/oauth2/v2.0/token",
                "jwks_uri": f"{tenant}/discovery/v2.0/keys",
                "response_types_supported": ["token"],
                "subject_types_supported": ["pairwise"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "token_endpoint_auth_methods_supported": ["client_secret_post"],
                "tenant_region_scope": None,
            }
        )

    async def keys(self, request: Request) -> Response:
        """None: the tokens are for this rehearsal, which keeps its key to itself."""
        return JSONResponse({"keys": []})

    async def token(self, request: Request) -> Response:
        """grant_type=client_credentials."""
        try:
            body = await read_body(request, _MAX_FORM_BYTES, body_too_large(_MAX_FORM_BYTES))
            form = {
                name: given[-1] for name, given in parse_qs(body.decode(errors="replace")).items()
            }
            return JSONResponse(
                self._grant(request.path_params["tenant"], form),
                headers={"Cache-Control": "no-store"},
            )
        except ArmError as refusal:
            return JSONResponse(_refused(refusal), status_code=refusal.status)

    def _grant(self, tenant: str, form: dict[str, str]) -> dict[str, Any]:
        if form.get("grant_type") != "client_credentials":
            raise ArmError(
                400,
                "unsupported_grant_type",
                f"AADSTS70003: The app requested an unsupported grant type '{form.get('grant_type')}'.",
            )
        audience = form.get("scope", "").split(" ")[0].removesuffix("/.default")
        if not audience:
            raise ArmError(
                400,
                "invalid_scope",
                "AADSTS70011: The provided value for the input parameter 'scope' is not valid.",
            )
        who = self._tokens.sign_in(tenant, form.get("client_id", ""), form.get("client_secret", ""))
        token = self._tokens.issue(who.object_id, audience, client_id=who.client_id)
        return {
            "token_type": "Bearer",
            "expires_in": LIFETIME_SECONDS,
            "ext_expires_in": LIFETIME_SECONDS,
            "access_token": token,
        }


def _refused(refusal: ArmError) -> dict[str, Any]:
    trace = str(uuid.uuid4())
    return {
        "error": refusal.code,
        "error_description": f"{refusal.message} Trace ID: {trace} Timestamp: {now()}",
        "error_codes": [],
        "timestamp": now(),
        "trace_id": trace,
        "correlation_id": trace,
    }
