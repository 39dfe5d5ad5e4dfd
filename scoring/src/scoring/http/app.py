"""The application: from a request's head to its answer, independent of the server that carries both."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
import time
from collections.abc import Coroutine, Iterable
from typing import Any

from scoring.http import departures, identifiers
from scoring.http.body import Bodies, told_size, too_large
from scoring.http.cors import Cors
from scoring.http.errors import ErrorStyle, Refusal
from scoring.http.exchange import Exchange
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
BROKEN = "An unexpected internal error occurred. Check the logs for more info."


class Application:
    """Made on the event loop that serves. `styles` maps path prefixes to error bodies; the first that fits wins.

    A request takes one of two ways: a route's `handler` is awaited on the event loop; a route's `direct` is called
    as soon as the body is there, without a task, and answers its exchange whenever and wherever it has the answer.
    """

    def __init__(
        self,
        service: Service,
        routes: Iterable[Route],
        styles: Iterable[tuple[str, ErrorStyle]],
    ) -> None:
        self.service = service
        self.router = Router(routes)
        settings = service.settings
        self._loop = asyncio.get_running_loop()
        self._loop_thread = threading.get_ident()
        self._styles = list(styles)
        self._guard = service.guard
        self._cors = Cors(settings.cors_origins) if settings.cors_origins else None
        self._bodies = Bodies(
            settings.max_body_bytes, settings.body_read_timeout_seconds, self._loop
        )
        self._server_version = settings.server_version
        self._departures = departures.Departures(service.open, self._loop)
        self._outbox = Outbox(self._loop)
        self._tasks: set[asyncio.Task[None]] = set()
        #: Requests that have come until now.
        self.arrived = 0

    def arrive(self, exchange: Exchange) -> bool:
        """A request whose head has been read; any thread.

        True: the server is to read the body, of known size, and to call `complete`.
        """
        request = exchange.request
        self.arrived += 1
        self.service.open[exchange] = None
        try:
            self._admit(exchange)
            size = told_size(request)
            if size is not None and size > self._bodies.limit:
                raise too_large(self._bodies.limit)
        except Refusal as refusal:
            self._refuse_unread(exchange, refusal)
            return False
        except Exception as error:
            exchange.fail(error)
            return False
        if size is None:
            self._loop.call_soon_threadsafe(self._bodies.gather, exchange, self.proceed)
        elif size:
            self._bodies.expect(exchange)
            return True
        else:
            self.proceed_where_it_belongs(exchange)
        return False

    def complete(self, exchange: Exchange, body: bytes) -> None:
        """The body is there; called on the event loop, or in any thread where the route allows it."""
        if self._bodies.arrived(exchange):
            exchange.request.body = body
            self.proceed(exchange)

    def incomplete(self, exchange: Exchange) -> None:
        """The client has gone before its body was there; any thread."""
        self._bodies.broken_off(exchange)

    def sending(self) -> set[str]:
        """Clients whose requests are not whole yet; any thread."""
        return self._bodies.clients()

    def give_up(self) -> None:
        """Answers all requests that are not complete yet: nobody waits for them any longer; on the event loop."""
        self._bodies.give_up()

    def proceed_where_it_belongs(self, exchange: Exchange) -> None:
        if exchange.route.anywhere or threading.get_ident() == self._loop_thread:
            self.proceed(exchange)
        else:
            self._loop.call_soon_threadsafe(self.proceed, exchange)

    def proceed(self, exchange: Exchange) -> None:
        """Hands a complete request to its route."""
        route = exchange.route
        try:
            if not route.anywhere:
                exchange.identify()
            if route.direct is not None:
                route.direct(exchange)
            else:
                exchange.leave = self._keep(self._awaited(exchange)).cancel
            if exchange.leave is not None:
                self._departures.expect()
        except Refusal as refusal:
            exchange.refuse(refusal)
        except Exception as error:
            exchange.fail(error)

    def finish(self, exchange: Exchange, response: Response) -> None:
        """Sends the answer; any thread."""
        request = exchange.request
        if exchange.known:
            if not request.outcome.request_id:
                # It was refused before anybody worked on it; an id that is too long is not given back.
                with contextlib.suppress(Refusal):
                    exchange.identify()
            identifiers.echo(request, response, self._server_version)
            if self._cors is not None:
                self._cors.allow(request, response)
        if exchange.closing and request.http_version.startswith("1"):
            response.headers.append(("connection", "close"))
        if threading.get_ident() == self._loop_thread:
            self._outbox.add(exchange.protocol, response)
        else:
            self._outbox.send(exchange.protocol, response)
        request.outcome.total_seconds = time.monotonic() - request.received_at
        self.service.open.pop(exchange, None)
        exchange.leave = None
        if exchange.watch is not None:
            departures.forget(exchange)
        self.service.observe(request, response)

    def styled(
        self, request: Request, status: int, message: str, headers: Iterable[tuple[str, str]] = ()
    ) -> Response:
        """An error's answer in the form of the path's protocol."""
        for prefix, style in self._styles:
            if request.path.startswith(prefix):
                response = style(status, message)
                response.headers.extend(headers)
                return response
        return Response(status, [*headers], message.encode())

    def broken(self, request: Request, error: Exception) -> Response:
        request.outcome.error = error
        logger.error("%s %s failed", request.method, request.path, exc_info=error)
        return self.styled(request, 500, BROKEN)

    def _admit(self, exchange: Exchange) -> None:
        """Route and key. Raises Refusal."""
        request = exchange.request
        try:
            route, request.parameters = self.router.find(request.method, request.path)
        except NoRoute:
            raise Refusal(404, NOT_FOUND) from None
        except MethodNotAllowed as refused:
            allow = ("Allow", ", ".join(refused.allowed))
            if request.method != "OPTIONS":
                raise Refusal(405, NOT_ALLOWED, [allow]) from None
            route = _options(allow)
        exchange.route = route
        exchange.known = True
        request.outcome.route = route.path
        if self._guard is not None and not self._is_open(route, request):
            self._guard.check(request)

    def _is_open(self, route: Route, request: Request) -> bool:
        # A browser sends no key with its preflight, which reaches no model.
        return route.open or (
            route.answers_preflight and self._cors is not None and self._cors.is_preflight(request)
        )

    def _refuse_unread(self, exchange: Exchange, refusal: Refusal) -> None:
        if exchange.known:
            try:
                exchange.identify()
            except Refusal as unfit:
                refusal = unfit
        if told_size(exchange.request) == 0:
            exchange.refuse(refusal)
        else:
            self._loop.call_soon_threadsafe(self._discard, exchange, refusal)

    def _discard(self, exchange: Exchange, refusal: Refusal) -> None:
        async def discarded() -> None:
            await self._bodies.discard(exchange)
            exchange.refuse(refusal)

        self._keep(discarded())

    async def _awaited(self, exchange: Exchange) -> None:
        handler = exchange.route.handler
        assert handler is not None  # noqa: S101  (a route has one or the other, see Route)
        try:
            response = await handler(exchange.request)
        except Refusal as refusal:
            exchange.refuse(refusal)
        except Exception as error:
            exchange.fail(error)
        else:
            exchange.reply(response)

    def _keep(self, coroutine: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """As a task; the event loop itself holds only a weak reference."""
        task = self._loop.create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


def _options(allow: tuple[str, str]) -> Route:
    """What a path answers to OPTIONS that has no route for it."""

    def answer(exchange: Exchange) -> None:
        exchange.identify()
        exchange.reply(Response(200, [("Content-Type", "text/html; charset=utf-8"), allow]))

    return Route("OPTIONS", "", direct=answer, open=True, anywhere=True)
