"""Routes: (method, path template) to handler."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from scoring.http.exchange import Exchange
from scoring.http.message import Request, Response

#: Awaited on the event loop. Raises Refusal.
Handler = Callable[[Request], Awaitable[Response]]

#: Called with a request whose body has been read; answers now or later, from any thread. Raises Refusal instead.
Direct = Callable[[Exchange], None]

# Paths whose route is remembered.
_REMEMBERED = 1024


@dataclass(frozen=True)
class Route:
    """`path` may hold places in braces, "/v2/models/{name}/infer"; a place matches one segment.

    It has either `handler` or `direct`. `anywhere`: `direct` need not be called on the event loop, and calls
    `exchange.identify()` itself, wherever it does its work.
    `open`: answered without a key (probes). `answers_preflight`: an OPTIONS that only ever serves browsers.
    """

    method: str
    path: str
    handler: Handler | None = None
    open: bool = False
    answers_preflight: bool = False
    direct: Direct | None = None
    anywhere: bool = False

    def __post_init__(self) -> None:
        if (self.handler is None) == (self.direct is None):
            raise ValueError(f"{self.method} {self.path} needs either a handler or a direct")


class NoRoute(Exception):
    """No route has this path."""


class MethodNotAllowed(Exception):
    """The path has routes, but none for this method."""

    def __init__(self, allowed: tuple[str, ...]) -> None:
        super().__init__(", ".join(allowed))
        self.allowed = allowed


class Router:
    """Finds the route of a request. Templates are tried in order; what was found is remembered."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._literal: dict[str, dict[str, Route]] = {}
        self._templates: dict[str, tuple[re.Pattern[str], dict[str, Route]]] = {}
        self._found: dict[tuple[str, str], tuple[Route, Mapping[str, str]]] = {}
        for route in routes:
            self._methods_of(route.path)[route.method] = route

    def find(self, method: str, path: str) -> tuple[Route, Mapping[str, str]]:
        """The route and the values of its places. Raises NoRoute, MethodNotAllowed."""
        key = (method, path)
        found = self._found.get(key)
        if found is None:
            found = self._search(method, path)
            # A place takes any value: what clients can fill is bounded.
            if len(self._found) < _REMEMBERED:
                self._found[key] = found
        return found

    def _search(self, method: str, path: str) -> tuple[Route, Mapping[str, str]]:
        methods = self._literal.get(path)
        if methods is not None:
            return _choose(methods, method), {}
        for pattern, templated in self._templates.values():
            match = pattern.fullmatch(path)
            if match:
                values = {name: unquote(value) for name, value in match.groupdict().items()}
                return _choose(templated, method), values
        raise NoRoute(path)

    def _methods_of(self, path: str) -> dict[str, Route]:
        if "{" not in path:
            return self._literal.setdefault(path, {})
        if path not in self._templates:
            self._templates[path] = (_pattern(path), {})
        return self._templates[path][1]


def _choose(methods: dict[str, Route], method: str) -> Route:
    route = methods.get(method)
    if route is None and method == "HEAD":
        route = methods.get("GET")
    if route is None:
        raise MethodNotAllowed(_allowed(methods))
    return route


def _allowed(methods: dict[str, Route]) -> tuple[str, ...]:
    implied = ["HEAD"] if "GET" in methods else []
    return tuple(sorted({*methods, *implied, "OPTIONS"}))


def _pattern(path: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", path)
    source = "".join(
        f"(?P<{part}>[^/]+)" if index % 2 else re.escape(part) for index, part in enumerate(parts)
    )
    return re.compile(source)
