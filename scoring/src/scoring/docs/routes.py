"""`/openapi.json` and `/docs`."""

from __future__ import annotations

from collections.abc import Sequence

import orjson

from scoring.docs import openapi, page
from scoring.http.message import Request, Response
from scoring.http.router import Route
from scoring.service import Service


def routes(service: Service, others: Sequence[Route]) -> list[Route]:
    """`others` are the routes to describe beside these two."""
    found: list[Route] = []
    written: list[bytes] = []

    async def document(request: Request) -> Response:
        if not written:
            written.append(orjson.dumps(openapi.document(service, [*others, *found])))
        return Response(200, [("Content-Type", "application/json")], written[0])

    async def try_it(request: Request) -> Response:
        return Response(200, list(page.headers()), page.content())

    # The page shows nothing by itself; what it shows it asks for with the key that is entered there.
    found += [Route("GET", "/openapi.json", document), Route("GET", "/docs", try_it, open=True)]
    return found
