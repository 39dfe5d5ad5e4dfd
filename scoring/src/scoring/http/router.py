"""Routes: (method, path template) to handler."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from urllib.parse import unquote

from scoring.http.message import Request, Response

Handler = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True)
class Route:
    """`path` may hold places in braces, "/v2/models/{name}/infer"; a place matches one segment.

    `open`: answered without a key (probes). `answers_preflight`: an OPTIONS that only ever serves browsers.
    """

    method: str
    path: str
    handler: Handler
    open: bool = False
    answers_preflight: bool = False


class NoRoute(Exception):
    """No route has this path."""


class MethodNotAllowed(Exception):
    """The path has routes, but none for this method."""

    def __init__(self, allowed: tuple[str, ...]) -> None:
        super().__init__(", ".join(allowed))
        self.allowed = allowed


class Router:
    """Finds the route of a request. Literal paths are one dictionary look-up; templates are tried in order."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._literal: dict[str, dict[str, Route]] = {}
        self._templates: dict[str, tuple[re.Pattern[str], dict[str, Route]]] = {}
        for route in routes:
            self._methods_of(route.path)[route.method] = route

    def find(self, method: str, path: str) -> tuple[Route, dict[str, str]]:
        """The route and the values of its places. Raises NoRoute, MethodNotAllowed."""
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
