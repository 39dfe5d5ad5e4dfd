"""`/openapi.json`: every route of this server as OpenAPI 3.1, with the schemas of what it serves."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from scoring import __version__
from scoring.docs import operations, targets
from scoring.http.router import Route
from scoring.service import Service

_PLACE = re.compile(r"\{(\w+)\}")


def document(service: Service, routes: Iterable[Route]) -> dict[str, Any]:
    """HEAD is left out: it is GET without the body. `x-targets` is what the page's forms are made of."""
    known = targets.of(service)
    contents = operations.Contents(service, known)
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        if route.method != "HEAD":
            paths.setdefault(route.path, {})[route.method.lower()] = _operation(
                service, contents, route
            )
    settings = service.settings
    found: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {
            "title": settings.service_name,
            "version": settings.service_version,
            "description": f"Served by slipway-scoring {__version__}.",
        },
        "paths": paths,
        "components": {"schemas": contents.schemas(), "securitySchemes": _SECURITY_SCHEMES},
        "x-targets": [target.document() for target in known],
    }
    return found


_SECURITY_SCHEMES = {
    "key": {
        "type": "http",
        "scheme": "bearer",
        "description": "The primary or the secondary key of the service.",
    }
}


def _operation(service: Service, contents: operations.Contents, route: Route) -> dict[str, Any]:
    described = contents.operation(route)
    found: dict[str, Any] = {
        "operationId": _identifier(route),
        "summary": described.summary,
        "tags": [described.tag],
        "parameters": [*_places(service, route), *described.parameters],
        "responses": _responses(service, route, described),
        "security": [] if route.open or service.guard is None else [{"key": []}],
    }
    if described.body is not None:
        found["requestBody"] = {"required": described.body_required, "content": described.body}
    return found


def _identifier(route: Route) -> str:
    words = re.sub(r"[^A-Za-z0-9]+", "_", route.path.replace("{", "by_")).strip("_") or "root"
    slash = "_slash" if len(route.path) > 1 and route.path.endswith("/") else ""
    return f"{route.method.lower()}_{words}{slash}"


def _places(service: Service, route: Route) -> list[dict[str, Any]]:
    values = {
        "model": service.models.names(),
        "version": sorted(
            {
                version
                for name in service.models.names()
                for version in service.models.versions(name)
            }
        ),
    }
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "string"} | ({"enum": values[name]} if values.get(name) else {}),
        }
        for name in _PLACE.findall(route.path)
    ]


def _responses(service: Service, route: Route, described: operations.Operation) -> dict[str, Any]:
    found = {
        "200": {"description": "Answered."}
        | ({"content": described.answer} if described.answer else {})
    }
    for status, why in described.errors.items():
        found[str(status)] = {"description": why, "content": operations.error_content(route.path)}
    if service.guard is not None and not route.open:
        found["401"] = {
            "description": "The key is missing or wrong.",
            "content": operations.ANY_CONTENT,
        }
    return found
