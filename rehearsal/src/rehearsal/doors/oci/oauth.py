"""`/oauth2/`: an Entra token becomes a refresh token, a refresh token becomes an access token."""

from dataclasses import dataclass
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from rehearsal.doors.http_body import read_body
from rehearsal.doors.oci import errors
from rehearsal.doors.oci.errors import OciError
from rehearsal.doors.oci.gate import Gate
from rehearsal.doors.oci.scopes import parse
from rehearsal.doors.oci.tokens import ACCESS_SECONDS

_MAX_FORM = 64 * 1024
_EXCHANGES = ("access_token", "access_token_refresh_token")


@dataclass(frozen=True)
class OAuth:
    """The handlers; one instance per registry."""

    gate: Gate

    def routes(self) -> list[Route]:
        """Where they answer."""
        return [
            Route("/oauth2/exchange", self.exchange, methods=["POST"]),
            Route("/oauth2/token", self.by_form, methods=["POST"]),
            Route("/oauth2/token", self.by_basic, methods=["GET"]),
        ]

    async def exchange(self, request: Request) -> Response:
        """An Entra access token for a refresh token of this registry."""
        form = await _form(request)
        self._require_service(form.get("service"))
        if form.get("grant_type") not in _EXCHANGES:
            raise _bad_request("grant_type", form.get("grant_type"))
        principal_id = self.gate.entra_token(form.get("access_token", ""))
        if not self.gate.has_any_right(principal_id):
            raise self.gate.refusal(None)
        token = self.gate.own.refresh(self.gate.host, principal_id)
        return JSONResponse({"refresh_token": token})

    async def by_form(self, request: Request) -> Response:
        """A refresh token, or the password that it may be, for an access token."""
        form = await _form(request)
        self._require_service(form.get("service"))
        if form.get("grant_type") == "refresh_token":
            principal_id = self.gate.refresh_token(form.get("refresh_token", ""))
        elif form.get("grant_type") == "password":
            principal_id = self._password(form)
        else:
            raise _bad_request("grant_type", form.get("grant_type"))
        return self._access(principal_id, form.get("scope", ""))

    async def by_basic(self, request: Request) -> Response:
        """Basic credentials for an access token, as docker and skopeo ask for it."""
        self._require_service(request.query_params.get("service"))
        header = request.headers.get("authorization", "")
        if not header.lower().startswith("basic "):
            raise self.gate.refusal(None)
        principal_id = self.gate.basic(header)
        return self._access(principal_id, " ".join(request.query_params.getlist("scope")))

    def _password(self, form: dict[str, str]) -> str:
        """Whose password it is; nobody else's, and not the anonymous caller's either."""
        return self.gate.password(form.get("username", ""), form.get("password", ""))

    def _access(self, principal_id: str, scope: str) -> Response:
        granted = self.gate.grant(principal_id, parse(scope))
        token = self.gate.own.access(self.gate.host, principal_id, granted)
        return JSONResponse({"access_token": token, "expires_in": ACCESS_SECONDS})

    def _require_service(self, service: str | None) -> None:
        if service is not None and service != self.gate.host:
            raise _bad_request("service", service)


def _bad_request(name: str, value: str | None) -> OciError:
    return OciError(400, "UNSUPPORTED", f"the parameter {name} is not valid", {name: value})


async def _form(request: Request) -> dict[str, str]:
    content = await read_body(request, _MAX_FORM, errors.body_too_large(_MAX_FORM))
    fields = parse_qs(content.decode("utf-8", "replace"))
    return {key: " ".join(values) for key, values in fields.items()}
