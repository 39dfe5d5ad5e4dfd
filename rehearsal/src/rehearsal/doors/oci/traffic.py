"""What came and went: one JSON line per request, and bytes received per repository."""

import json
import re
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_REPOSITORY = re.compile(
    r"/(?:v2|acr/v1)/(?P<name>.+?)/(?:blobs|manifests|tags|referrers|_tags|_manifests)(?:/|$)"
)


@dataclass
class Traffic:
    """Counts what a registry's clients sent. Bytes of refused requests are logged, not counted."""

    log_file: Path
    received: Counter[str] = field(default_factory=Counter)

    def around(self, app: ASGIApp) -> ASGIApp:
        """The application, watched."""

        async def watched(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http":
                await app(scope, receive, send)
                return
            exchange = _Exchange(receive, send, lambda one: self._note(scope, one))
            try:
                await app(scope, exchange.receive, exchange.send)
            finally:
                exchange.over()

        return watched

    def _note(self, scope: Scope, exchange: "_Exchange") -> None:
        match = _REPOSITORY.match(scope["path"])
        repository = match["name"] if match else None
        if repository and exchange.status < 400:
            self.received[repository] += exchange.bytes_in
        line = {
            "time": time.time(),
            "method": scope["method"],
            "path": scope["path"],
            "repository": repository,
            "status": exchange.status,
            "received": exchange.bytes_in,
            "sent": exchange.bytes_out,
        }
        with self.log_file.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")


class _Exchange:
    """One request's channels, counted; noted before the client has the whole answer."""

    def __init__(self, receive: Receive, send: Send, note: Callable[["_Exchange"], None]) -> None:
        self._receive = receive
        self._send = send
        self._note: Callable[[_Exchange], None] | None = note
        self._held: Message | None = None
        self.bytes_in = 0
        self.bytes_out = 0
        self.status = 499  # until a response begins: the client went away

    async def receive(self) -> Message:
        message = await self._receive()
        self.bytes_in += len(message.get("body", b""))
        return message

    async def send(self, message: dict[str, Any] | Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self._held = message  # a client may take an empty answer for whole from its head alone
            return
        self.bytes_out += len(message.get("body", b""))
        if message["type"] == "http.response.body" and not message.get("more_body"):
            self.over()
        head, self._held = self._held, None
        if head is not None:
            await self._send(head)
        await self._send(message)

    def over(self) -> None:
        """Note it, once."""
        note, self._note = self._note, None
        if note is not None:
            note(self)
