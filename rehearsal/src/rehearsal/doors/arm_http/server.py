"""The TLS server on loopback that everything of this door answers at."""

import logging
import socket
import threading
import time
import uuid
from typing import Protocol

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from rehearsal.core.arm import Arm
from rehearsal.core.errors import ArmError
from rehearsal.doors.arm_http import subscription
from rehearsal.doors.arm_http.entra import Entra
from rehearsal.doors.arm_http.limits import read_body
from rehearsal.doors.arm_http.requests import Answered, Asked, answer

_log = logging.getLogger(__name__)
_METHODS = ["GET", "HEAD", "PUT", "PATCH", "POST", "DELETE"]
_START_SECONDS = 10.0


class TlsFiles(Protocol):
    """Paths of PEM files: the certificate of `localhost` and its key."""

    @property
    def certificate(self) -> str: ...

    @property
    def key(self) -> str: ...


class ArmDoor:
    """Listens on `https://localhost:<port>` until it is stopped."""

    def __init__(self, arm: Arm, tls: TlsFiles) -> None:
        self._arm = arm
        self._tls = tls
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None

    def start(self, port: int | None = None) -> int:
        """Starts to listen (None: anywhere); answers the port. Raises OSError when it is taken."""
        listener = _listen(port or 0)
        bound: int = listener.getsockname()[1]
        config = uvicorn.Config(
            application(self._arm, f"https://localhost:{bound}"),
            ssl_certfile=self._tls.certificate,
            ssl_keyfile=self._tls.key,
            log_config=None,
            access_log=False,
            lifespan="off",
            server_header=False,
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [listener]}, name="arm-http", daemon=True
        )
        self._thread.start()
        self._wait()
        return bound

    def stop(self) -> None:
        """Stops; what runs in the core goes on."""
        if self._server is not None and self._thread is not None:
            self._server.should_exit = True
            self._server.force_exit = True  # idle connections of clients need no farewell
            self._thread.join(5)

    def _wait(self) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while self._server is not None and not self._server.started:
            if time.monotonic() > deadline:
                raise OSError("the ARM endpoint did not start")
            time.sleep(0.01)


def application(arm: Arm, base_url: str) -> Starlette:
    """The ASGI application."""

    async def metadata(request: Request) -> Response:
        return JSONResponse(subscription.metadata(base_url))

    async def resources(request: Request) -> Response:
        return await _answer(request, arm, base_url)

    routes = [
        Route("/metadata/endpoints", metadata, methods=["GET"]),
        *Entra(arm.world.tokens, base_url).routes(),
        Route("/{path:path}", resources, methods=_METHODS),
    ]
    return Starlette(routes=routes)


async def _answer(request: Request, arm: Arm, base_url: str) -> Response:
    request_id = str(uuid.uuid4())
    try:
        asked = Asked(
            method=request.method,
            path=request.url.path,
            query=request.query_params,
            headers=request.headers,
            body=await read_body(request),
            base_url=base_url,
        )
        found = await run_in_threadpool(answer, asked, arm)
    except ArmError as refusal:
        found = Answered(
            status=refusal.status,
            document=refusal.body(),
            headers=_challenge(refusal, arm, base_url),
        )
    except Exception:
        _log.exception("%s %s", request.method, request.url.path)
        broken = ArmError(
            500,
            "InternalServerError",
            f"The rehearsal has a defect: see its log, request {request_id}.",
        )
        found = Answered(status=500, document=broken.body())
    return _response(found, request_id)


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


def _listen(port: int) -> socket.socket:
    # The protocol is named so that asyncio sees TCP and switches Nagle's algorithm off.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
        listener.listen(128)
    except OSError:
        listener.close()
        raise
    return listener
