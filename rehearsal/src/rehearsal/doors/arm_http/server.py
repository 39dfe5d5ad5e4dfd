"""The TLS server on loopback for everything behind this door."""

import logging
import uuid

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from rehearsal.core.arm import Arm
from rehearsal.core.errors import ArmError, body_too_large, disk_full
from rehearsal.doors.arm_http import consoles, subscription
from rehearsal.doors.arm_http.entra import Entra
from rehearsal.doors.arm_http.requests import Answered, Asked, answer, principal_of
from rehearsal.doors.http_body import read_body
from rehearsal.doors.kind import TlsFiles
from rehearsal.doors.tls_server import TlsServer, listen
from rehearsal.machine import disk

_log = logging.getLogger(__name__)
_MAX_BODY_BYTES = 4 * 1024 * 1024  # ARM's own limit for a request
_METHODS = ["GET", "HEAD", "PUT", "PATCH", "POST", "DELETE"]


class ArmDoor:
    """Listens on `https://localhost:<port>` until it is stopped."""

    def __init__(self, arm: Arm, tls: TlsFiles) -> None:
        self._arm = arm
        self._tls = tls
        self._server: TlsServer | None = None

    def start(self, port: int = 0) -> int:
        """Start to listen (0: anywhere); returns the port. Raises OSError when it is taken."""
        listener = listen(port)
        bound: int = listener.getsockname()[1]
        self._arm.world.consoles.address = f"wss://localhost:{bound}"
        app = application(self._arm, f"https://localhost:{bound}")
        self._server = TlsServer(app, listener, self._tls, name="arm-http")
        return bound

    def stop(self) -> None:
        """Stop; what runs in the core goes on."""
        if self._server is not None:
            self._server.stop()


def application(arm: Arm, base_url: str) -> Starlette:
    """The ASGI application."""

    async def metadata(request: Request) -> Response:
        return JSONResponse(subscription.metadata(base_url))

    async def resources(request: Request) -> Response:
        return await _answer(request, arm, base_url)

    routes = [
        Route("/metadata/endpoints", metadata, methods=["GET"]),
        *Entra(arm.world.tokens, base_url).routes(),
        *consoles.routes(arm.world.consoles),
        Route("/{path:path}", resources, methods=_METHODS),
    ]
    return Starlette(routes=routes)


async def _answer(request: Request, arm: Arm, base_url: str) -> Response:
    request_id = str(uuid.uuid4())
    try:
        principal = principal_of(request.headers, base_url, arm)
        asked = Asked(
            method=request.method,
            path=request.scope["raw_path"].decode("ascii", "replace"),
            query=request.query_params,
            headers=request.headers,
            body=await read_body(request, _MAX_BODY_BYTES, body_too_large(_MAX_BODY_BYTES)),
            base_url=base_url,
        )
        found = await run_in_threadpool(answer, asked, arm, principal)
    except ArmError as refusal:
        found = Answered(
            status=refusal.status,
            document=refusal.body(),
            headers=_challenge(refusal, arm, base_url),
        )
    except Exception as problem:
        _log.exception("%s %s", request.method, request.url.path)
        found = _broken(problem, request_id)
    return _response(found, request_id)


def _broken(problem: Exception, request_id: str) -> Answered:
    if disk.is_full(problem):
        refusal = disk_full("the folder of its state")
    else:
        refusal = ArmError(
            500,
            "InternalServerError",
            f"The rehearsal has a defect: see its log, request {request_id}.",
        )
    return Answered(status=refusal.status, document=refusal.body())


def _response(found: Answered, request_id: str) -> Response:
    headers = {
        "x-ms-request-id": request_id,
        "x-ms-correlation-request-id": request_id,
        **(found.headers or {}),
    }
    if found.document is None:
        return Response(status_code=found.status, headers=headers)
    return JSONResponse(found.document, status_code=found.status, headers=headers)


def _challenge(refusal: ArmError, arm: Arm, base_url: str) -> dict[str, str]:
    if refusal.status != 401:
        return {}
    tenant = f"{base_url}/{arm.world.identity.tenant_id}"
    return {"WWW-Authenticate": f'Bearer authorization_uri="{tenant}", error="invalid_token"'}
