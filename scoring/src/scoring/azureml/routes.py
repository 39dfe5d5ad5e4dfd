"""Azure ML's routes: `/`, `/score`, `/swagger.json`."""

from __future__ import annotations

from urllib.parse import parse_qs

from scoring.azureml.answers import json_answer, text_answer
from scoring.azureml.score import Scorer
from scoring.azureml.swagger import Swagger, UnknownVersion
from scoring.http.errors import Refusal
from scoring.http.exchange import Exchange
from scoring.http.message import Request, Response
from scoring.http.router import Handler, Route
from scoring.service import Service


def health(exchange: Exchange) -> None:
    """Answered where it comes in: it waits neither for `run()` nor for the event loop."""
    exchange.identify()
    exchange.reply(text_answer("Healthy"))


def routes(service: Service) -> list[Route]:
    """`/` always; `/score` and `/swagger.json` when there is an entry script."""
    found = [Route("GET", "/", direct=health, open=True, anywhere=True)]
    if service.entry_script is not None:
        scorer = Scorer(service, service.entry_script)
        swagger = _swagger_handler(Swagger.of(service.entry_script, service.settings))
        found += [
            Route(method, "/score", direct=scorer.begin, anywhere=True)
            for method in ("GET", "POST", "OPTIONS", "HEAD")
        ]
        found.append(Route("GET", "/swagger.json", swagger))
    elif len(service.models):
        found += _model_routes(service)
    return found


def _model_routes(service: Service) -> list[Route]:
    from scoring.azureml.model_score import ModelScorer
    from scoring.azureml.model_swagger import swagger_of

    scorer = ModelScorer(service)
    swagger = _swagger_handler(swagger_of(service.models, service.settings))
    return [
        *(
            Route(method, "/score", direct=scorer.begin)
            for method in ("POST", "GET", "OPTIONS", "HEAD")
        ),
        Route("GET", "/swagger.json", swagger),
    ]


def _swagger_handler(swagger: Swagger) -> Handler:
    async def answer(request: Request) -> Response:
        version = parse_qs(request.query, keep_blank_values=True).get("version", ["2"])[0]
        try:
            return json_answer(swagger.document(version))
        except UnknownVersion as unknown:
            raise Refusal(404, str(unknown)) from None

    return answer
