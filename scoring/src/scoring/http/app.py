"""The application as Granian calls it (RSGI): reads, routes, answers."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from typing import Any

from scoring.http import identifiers
from scoring.http.body import Bodies
from scoring.http.cors import Cors
from scoring.http.errors import ErrorStyle, Refusal
from scoring.http.message import Request, Response
from scoring.http.outbox import Outbox
from scoring.http.router import MethodNotAllowed, NoRoute, Route, Router
from scoring.service import Service

logger = logging.getLogger("scoring")

# The sentences that clients of Azure ML's server (Werkzeug's) may look for.
NOT_FOUND = (
    "The requested URL was not found on the server. "
    "If you entered the URL manually please check your spelling and try again."
)
NOT_ALLOWED = "The method is not allowed for the requested URL."


class Application:
    """`styles` maps path prefixes to error bodies; the first that fits wins, "" fits all."""

    def __init__(
        self,
        service: Service,
        routes: Iterable[Route],
        styles: Iterable[tuple[str, ErrorStyle]],
    ) -> None:
        self.service = service
        self.router = Router(routes)
        self._styles = list(styles)
        self._guard = service.guard
        origins = service.settings.cors_origins
        self._cors = Cors(origins) if origins else None
        settings = service.settings
        self._bodies = Bodies(settings.max_body_bytes, settings.body_read_timeout_seconds)
        self._server_version = service.settings.server_version
        self._outbox = Outbox()

    async def serve(self, scope: Any, protocol: Any, closing: bool = False) -> None:
        """One RSGI call. `closing` asks the client to close the connection after this answer."""
        request = Request(
            scope.method, scope.path, scope.query_string, _headers(scope.headers), b"", time.monotonic(),
            client=scope.client, scheme=scope.scheme, http_version=scope.http_version,
        )  # fmt: skip
        request.body_pending = True
        self.service.in_progress += 1
        try:
            response = await self.answer(request, protocol)
            if request.body_pending:
                await self._bodies.discard(request, protocol)
            if closing and request.http_version.startswith("1"):
                response.headers.append(("connection", "close"))
            self._outbox.add(protocol, response)
        finally:
            self.service.in_progress -= 1
        request.outcome.total_seconds = time.monotonic() - request.received_at
        self.service.observe(request, response)

    @property
    def in_flight(self) -> int:
        return self.service.in_progress

    async def answer(self, request: Request, protocol: Any = None) -> Response:
        """The answer to one request; never raises. `protocol()` gives the body where it has not been read."""
        try:
            route, request.parameters = self.router.find(request.method, request.path)
        except NoRoute:
            return self._refuse(request, 404, NOT_FOUND)
        except MethodNotAllowed as refused:
            allow = ("Allow", ", ".join(refused.allowed))
            if request.method != "OPTIONS":
                return self._refuse(request, 405, NOT_ALLOWED, [allow])
            response = self._options(request, allow)
        else:
            request.outcome.route = route.path
            response = await self._handled(route, request, protocol)
        identifiers.echo(request, response, self._server_version)
        if self._cors is not None:
            self._cors.allow(request, response)
        return response

    async def _handled(self, route: Route, request: Request, protocol: Any) -> Response:
        try:
            identifiers.assign(request)
            if (
                self._guard is not None
                and not route.open
                and not self._is_preflight(route, request)
            ):
                self._guard.check(request)
            if protocol is not None:
                request.body = await self._bodies.read(request, protocol)
            return await route.handler(request)
        except Refusal as refusal:
            return self._refuse(request, refusal.status, refusal.message, refusal.headers)
        except Exception as error:
            request.outcome.error = error
            logger.exception("%s %s failed", request.method, request.path)
            return self._refuse(
                request, 500, "An unexpected internal error occurred. Check the logs for more info."
            )

    def _is_preflight(self, route: Route, request: Request) -> bool:
        # Browsers send no key with it; it reaches no model.
        return (
            route.answers_preflight and self._cors is not None and self._cors.is_preflight(request)
        )

    def _options(self, request: Request, allow: tuple[str, str]) -> Response:
        try:
            identifiers.assign(request)
        except Refusal as refusal:
            return self._refuse(request, refusal.status, refusal.message)
        return Response(200, [("Content-Type", "text/html; charset=utf-8"), allow])

    def _refuse(
        self, request: Request, status: int, message: str, headers: Iterable[tuple[str, str]] = ()
    ) -> Response:
        for prefix, style in self._styles:
            if request.path.startswith(prefix):
                response = style(status, message)
                response.headers.extend(headers)
                return response
        return Response(status, [*headers], message.encode())


def _headers(received: Any) -> dict[str, str]:
    pairs = received.items()
    headers = dict(pairs)
    if len(headers) != len(pairs):
        headers = {}
        for name, value in pairs:
            headers[name] = f"{headers[name]},{value}" if name in headers else value
    return headers
