"""Azure ML's routes: `/`, `/score`, `/swagger.json`."""

from __future__ import annotations

from scoring.azureml.answers import text_answer
from scoring.azureml.score import Scorer
from scoring.http.message import Request, Response
from scoring.http.router import Route
from scoring.service import Service


async def health(request: Request) -> Response:
    """Answered on the event loop: it never waits for `run()`."""
    return text_answer("Healthy")


def routes(service: Service) -> list[Route]:
    """`/` always; `/score` and `/swagger.json` when there is an entry script."""
    found = [Route("GET", "/", health, open=True, quiet=True)]
    if service.entry_script is not None:
        scorer = Scorer(service, service.entry_script)
        found += [
            Route(method, "/score", scorer.handle) for method in ("GET", "POST", "OPTIONS", "HEAD")
        ]
    return found
