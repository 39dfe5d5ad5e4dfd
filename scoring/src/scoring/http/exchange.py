"""One request and its one answer, on their way through whichever threads have a part in it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Protocol

from scoring.http import identifiers
from scoring.http.errors import Refusal
from scoring.http.message import Request, Response


class Way(Protocol):
    """Where a request goes: its route, as far as an exchange carries it (`scoring.http.router.Route`)."""

    @property
    def handler(self) -> Callable[[Request], Awaitable[Response]] | None: ...

    @property
    def direct(self) -> Callable[[Exchange], None] | None: ...

    @property
    def anywhere(self) -> bool: ...


class Sender(Protocol):
    """Where an answer goes (`scoring.http.app.Application`); any thread."""

    def finish(self, exchange: Exchange, response: Response) -> None:
        """Sends it."""

    def styled(
        self, request: Request, status: int, message: str, headers: Iterable[tuple[str, str]] = ()
    ) -> Response:
        """An error's answer in the form of the path's protocol."""

    def broken(self, request: Request, error: Exception) -> Response:
        """What a client gets for a defect of the server."""


class Exchange:
    """Who holds it answers, once, from any thread; nobody needs to wait for anything.

    `protocol` sends: `response_bytes(status, headers, body)`; it may be called from any thread.
    `closing` asks the client to close the connection after this answer.
    """

    __slots__ = (
        "_sender",
        "arriving",
        "closing",
        "known",
        "leave",
        "protocol",
        "request",
        "route",
        "watch",
    )

    #: Set as soon as a route was found.
    route: Way

    def __init__(
        self, sender: Sender, request: Request, protocol: Any, *, closing: bool = False
    ) -> None:
        self._sender = sender
        self.request = request
        self.protocol = protocol
        self.closing = closing
        #: The path has a route: ids and CORS headers belong to the answer.
        self.known = False
        #: Takes the request back, for a client that has gone; False when it is computed already.
        self.leave: Callable[[], bool] | None = None
        #: The server's future of the body, while that is on its way.
        self.arriving: Any = None
        #: The server's future of the client's departure, if that is watched; cancelled with the answer.
        self.watch: Any = None

    def identify(self) -> None:
        """Gives the request its ids. Raises Refusal (431)."""
        identifiers.assign(self.request)

    def reply(self, response: Response) -> None:
        self._sender.finish(self, response)

    def refuse(self, refusal: Refusal) -> None:
        self.reply(
            self._sender.styled(self.request, refusal.status, refusal.message, refusal.headers)
        )

    def answer(self, make: Callable[..., Response], *arguments: Any) -> None:
        """Replies with what `make` returns, or with the refusal or failure that it raises."""
        try:
            response = make(*arguments)
        except Refusal as refusal:
            self.refuse(refusal)
        except Exception as error:
            self.fail(error)
        else:
            self.reply(response)

    def fail(self, error: Exception) -> None:
        """`error` is a defect of the server: the client gets 500, the log the reason."""
        self.reply(self._sender.broken(self.request, error))
