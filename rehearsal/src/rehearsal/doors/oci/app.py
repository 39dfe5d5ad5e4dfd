"""The ASGI application of one registry."""

import logging
import sqlite3
from contextlib import suppress

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp

from rehearsal.doors.oci.acr_api import AcrApi
from rehearsal.doors.oci.blob_api import BlobApi
from rehearsal.doors.oci.errors import OciError
from rehearsal.doors.oci.gate import UnauthorizedError
from rehearsal.doors.oci.manifest_api import ManifestApi
from rehearsal.doors.oci.oauth import OAuth
from rehearsal.doors.oci.registry import Registry
from rehearsal.doors.oci.traffic import Traffic
from rehearsal.machine import disk
from rehearsal.machine.own_command import advice

_log = logging.getLogger(__name__)
_API_VERSION = {"Docker-Distribution-Api-Version": "registry/2.0"}
_MAX_DRAIN = 64 * 1024 * 1024


def build(registry: Registry, traffic: Traffic) -> ASGIApp:
    """All routes, the refusals' form, and the watch on the traffic."""
    routes = [
        *OAuth(registry.gate).routes(),
        *BlobApi(registry).routes(),
        *ManifestApi(registry).routes(),
        *AcrApi(registry).routes(),
    ]
    app = Starlette(
        routes=routes,
        exception_handlers={
            OciError: _refused,
            HTTPException: _unknown_address,
            ClientDisconnect: _gone,
            OSError: _broken,
            sqlite3.Error: _broken,
        },
    )
    return traffic.around(app)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, OciError)  # noqa: S101 - the table above sends nothing else here
    await _drain(request)
    headers = dict(_API_VERSION)
    if isinstance(error, UnauthorizedError):
        headers["WWW-Authenticate"] = error.challenge
    return JSONResponse(error.body(), status_code=error.status, headers=headers)


async def _unknown_address(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - as above
    refusal = OciError(error.status_code, "UNSUPPORTED", "The operation is unsupported.")
    return JSONResponse(refusal.body(), status_code=error.status_code, headers=_API_VERSION)


async def _broken(request: Request, error: Exception) -> Response:
    """The state cannot be read or written: say so, and say what to do."""
    _log.error("%s %s", request.method, request.url.path, exc_info=error)
    if disk.is_full(error):
        refusal = OciError(507, "TOOMANYREQUESTS", disk.sentence("the folder of its registries"))
    else:
        refusal = OciError(
            500,
            "UNKNOWN",
            f"The files of this registry cannot be used ({error}): {advice('stop')} and {advice('start')} the "
            "rehearsal, which says more.",
        )
    return JSONResponse(refusal.body(), status_code=refusal.status, headers=_API_VERSION)


async def _gone(_: Request, __: Exception) -> Response:
    """The client went away in the middle of a body; nobody reads this answer."""
    return Response(status_code=499)


async def _drain(request: Request) -> None:
    """Take in what the client is still sending: many read no answer before they have sent all."""
    if request.headers.get("expect", "").lower() == "100-continue":
        return  # this one waits for an answer before it sends anything
    taken = 0
    with suppress(RuntimeError):  # the handler has read it all
        async for piece in request.stream():
            taken += len(piece)
            if taken > _MAX_DRAIN:
                return
