"""Refusals: answers that any layer can give by raising."""

from __future__ import annotations

from collections.abc import Callable

from scoring.http.message import Response


class Refusal(Exception):
    """The request is answered with `status` and `message` in the form of the path's protocol."""

    def __init__(
        self, status: int, message: str, headers: list[tuple[str, str]] | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.headers = [] if headers is None else headers


#: Renders (status, message) as a protocol's error body.
ErrorStyle = Callable[[int, str], Response]
