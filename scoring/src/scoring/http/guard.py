"""Who may score: the bearer of a key or of a token."""

from __future__ import annotations

from scoring.http.errors import Refusal
from scoring.http.keys import WRONG_HEADER, WRONG_KEY, Keys
from scoring.http.message import Request
from scoring.http.tokens import Tokens


class Guard:
    """Asked before every route that is not open. gRPC asks `accepts` with its metadata's `authorization`."""

    def __init__(self, keys: Keys | None, tokens: Tokens | None) -> None:
        self._keys = keys
        self._tokens = tokens

    def check(self, request: Request) -> None:
        """Raises Refusal (401)."""
        why = self.refusal(request.header("authorization") or "")
        if why is not None:
            raise Refusal(401, why, [("WWW-Authenticate", "Bearer")])

    def refusal(self, authorization: str) -> str | None:
        """None when the bearer may pass; otherwise Azure's word for why not."""
        scheme, _, credential = authorization.partition(" ")
        credential = credential.strip()
        if scheme.lower() != "bearer" or not credential:
            return WRONG_HEADER
        if self._keys is not None and self._keys.accepts(credential):
            return None
        if (
            self._tokens is not None
            and credential.count(".") == 2
            and self._tokens.accepts(credential)
        ):
            return None
        return WRONG_KEY
