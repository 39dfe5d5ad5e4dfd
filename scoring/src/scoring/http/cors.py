"""Cross-origin requests from browsers (AML_CORS_ORIGINS), answered as flask-cors answers them for Azure ML's server."""

from __future__ import annotations

import re
from collections.abc import Sequence

from scoring.http.message import Request, Response

# An origin with one of these is a regular expression.
_PATTERN_CHARACTERS = frozenset("*\\]?$^[()")

_METHODS = ("GET", "POST")


class Cors:
    """`origins`: exact ones, regular expressions, or "*"."""

    def __init__(self, origins: Sequence[str]) -> None:
        self._any = "*" in origins
        self._exact = sorted(origin for origin in origins if not _is_pattern(origin))
        patterns = [".*" if origin == "*" else origin for origin in origins if _is_pattern(origin)]
        self._patterns = [re.compile(pattern, re.IGNORECASE) for pattern in patterns]
        self._varies = len(origins) > 1 or bool(patterns)

    def is_preflight(self, request: Request) -> bool:
        return request.method == "OPTIONS" and "access-control-request-method" in request.headers

    def allow(self, request: Request, response: Response) -> None:
        """Adds what lets the browser hand the answer to its page, if the page's origin may have it."""
        allowed_origin = self._origin(request.headers.get("origin"))
        if allowed_origin is None:
            return
        response.headers.append(("Access-Control-Allow-Origin", allowed_origin))
        if request.headers.get("access-control-request-private-network") == "true":
            response.headers.append(("Access-Control-Allow-Private-Network", "false"))
        wished = request.headers.get("access-control-request-method", "").upper()
        if request.method == "OPTIONS" and wished in _METHODS:
            names = request.headers.get("access-control-request-headers", "")
            if names:
                allowed = ", ".join(sorted(name.strip() for name in names.split(",")))
                response.headers.append(("Access-Control-Allow-Headers", allowed))
            response.headers.append(("Access-Control-Allow-Methods", ", ".join(_METHODS)))
        if self._varies and allowed_origin != "*":
            response.headers.append(("Vary", "Origin"))

    def _origin(self, origin: str | None) -> str | None:
        if not origin:
            # A request without an origin needs no header; caches in between want the same one each time.
            return "*" if self._any else next(iter(self._exact), None)
        known = origin.lower() in (exact.lower() for exact in self._exact)
        return origin if known or any(pattern.match(origin) for pattern in self._patterns) else None


def _is_pattern(origin: str) -> bool:
    return not _PATTERN_CHARACTERS.isdisjoint(origin)
