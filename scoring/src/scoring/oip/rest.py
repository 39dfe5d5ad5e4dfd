"""REST routes of the Open Inference Protocol, version 2."""

from __future__ import annotations

from typing import Any

import orjson

from scoring import __version__
from scoring.http.errors import Refusal
from scoring.http.exchange import Exchange
from scoring.http.message import Request, Response
from scoring.http.router import Handler, Route
from scoring.models.base import Model
from scoring.models.catalog import ModelNotFound
from scoring.oip.errors import InferenceError
from scoring.oip.metadata import EXTENSIONS, SERVER_NAME, model_metadata
from scoring.oip.rest_infer import Inference
from scoring.service import Service

PREFIX = "/v2"

_JSON = ("Content-Type", "application/json")


def error_answer(status: int, message: str) -> Response:
    return json_answer({"error": message}, status)


def json_answer(value: Any, status: int = 200) -> Response:
    return Response(status, [_JSON], orjson.dumps(value))


def routes(service: Service) -> list[Route]:
    """Health needs no key; everything else does."""
    about = _About(service)
    infer = Inference(service)
    found = [
        Route("GET", "/v2/health/live", direct=about.live, open=True, anywhere=True),
        Route("GET", "/v2/health/ready", direct=about.ready, open=True, anywhere=True),
        Route("GET", "/v2", about.server),
        Route("GET", "/v2/", about.server),
        Route("GET", "/v2/models", about.models),
    ]
    for place in ("/v2/models/{model}", "/v2/models/{model}/versions/{version}"):
        found += [
            # First: templates are tried in order, and this one is what clients call all day.
            Route("POST", f"{place}/infer", _explained(infer.handle)),
            Route("GET", f"{place}/ready", _explained(about.model_ready)),
            Route("GET", place, _explained(about.model)),
        ]
    return found


def find_model(service: Service, request: Request) -> Model:
    """Raises Refusal (404)."""
    places = request.parameters
    try:
        return service.models.get(places["model"], places.get("version"))
    except ModelNotFound as missing:
        raise Refusal(404, str(missing)) from None


class _About:
    """Health and metadata."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def live(self, exchange: Exchange) -> None:
        exchange.identify()
        exchange.reply(json_answer({"live": True}))

    def ready(self, exchange: Exchange) -> None:
        ready = self._service.ready
        exchange.identify()
        # The specification's text shows "live" here, its servers answer "ready".
        exchange.reply(json_answer({"ready": ready, "live": True}, 200 if ready else 503))

    async def server(self, request: Request) -> Response:
        return json_answer(
            {"name": SERVER_NAME, "version": __version__, "extensions": list(EXTENSIONS)}
        )

    async def models(self, request: Request) -> Response:
        return json_answer({"models": self._service.models.names()})

    async def model(self, request: Request) -> Response:
        model = find_model(self._service, request)
        return json_answer(model_metadata(model, self._service.models.versions(model.name)))

    async def model_ready(self, request: Request) -> Response:
        model = find_model(self._service, request)
        ready = self._service.ready
        return json_answer({"name": model.name, "ready": ready}, 200 if ready else 503)


def _explained(handler: Handler) -> Handler:
    """The handler, with what the client did wrong as an answer in this protocol's form."""

    async def handle(request: Request) -> Response:
        try:
            return await handler(request)
        except InferenceError as error:
            request.outcome.error = error
            return error_answer(error.status, error.message)

    return handle
