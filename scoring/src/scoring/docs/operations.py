"""What each route takes and gives, in OpenAPI's terms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from scoring.docs.targets import Target
from scoring.http.router import Route
from scoring.oip.datatypes import MEMORY
from scoring.service import Service

JSON = "application/json"
ANY_CONTENT: dict[str, Any] = {"*/*": {}}

_AZURE = "Azure ML"
_PROTOCOL = "Open Inference Protocol"
_SERVER = "Server"

# Every route reads headers and a body within limits.
_LIMITS = {431: "A request id is longer than 100 characters.", 500: "The server failed."}
_BODY_LIMITS = {
    400: "The request is not understood; the body says why.",
    408: "The body came too slowly.",
    413: "The body is larger than this server accepts.",
}
_COMPUTE = {
    503: "Busy or stopping; try again after Retry-After.",
    504: "The request's time limit passed.",
}


@dataclass(frozen=True)
class Operation:
    summary: str
    tag: str = _SERVER
    answer: Mapping[str, Any] | None = None
    body: Mapping[str, Any] | None = None
    body_required: bool = True
    parameters: Sequence[Mapping[str, Any]] = ()
    errors: Mapping[int, str] = field(default_factory=lambda: dict(_LIMITS))


def error_content(path: str) -> dict[str, Any]:
    name = "InferenceError" if path.startswith("/v2") else "Error"
    return {JSON: {"schema": {"$ref": f"#/components/schemas/{name}"}}}


class Contents:
    """Operations of one service's routes."""

    def __init__(self, service: Service, targets: Sequence[Target]) -> None:
        self._service = service
        self._targets = targets
        self._score = next((target for target in targets if target.path == "/score"), None)

    def operation(self, route: Route) -> Operation:
        if route.path == "/score":
            return self._scoring(route)
        if route.path.endswith("/infer"):
            return self._inference()
        return _known(route)

    def schemas(self) -> dict[str, Any]:
        text = {"type": "string"}
        found: dict[str, Any] = {
            "Error": {"type": "object", "properties": {"message": text}, "required": ["message"]},
            "InferenceError": {
                "type": "object",
                "properties": {"error": text},
                "required": ["error"],
            },
            "InferRequest": _infer_request(),
            "InferResponse": _infer_response(),
        }
        if self._score is not None:
            found |= {
                "ScoreInput": self._score.input_schema,
                "ScoreOutput": self._score.output_schema,
            }
        return found

    def _scoring(self, route: Route) -> Operation:
        answer = {JSON: {"schema": {"$ref": "#/components/schemas/ScoreOutput"}}}
        errors = _LIMITS | _BODY_LIMITS | _COMPUTE | {415: "The body's Content-Type is not JSON."}
        if route.method == "OPTIONS":
            return Operation(
                "What a browser asks before it scores", _AZURE, ANY_CONTENT, errors=errors
            )
        if route.method == "GET":
            summary = "Score the query string's values, each read as JSON where it is JSON"
            return Operation(
                summary, _AZURE, answer, errors=errors | {404: "There is no such model."}
            )
        content: dict[str, Any] = {"schema": {"$ref": "#/components/schemas/ScoreInput"}}
        if self._score is not None and self._score.body is not None:
            content["example"] = self._score.body
        errors = errors | {404: "There is no such model."}
        return Operation(
            "Score", _AZURE, answer, {JSON: content}, parameters=self._choice(), errors=errors
        )

    def _choice(self) -> list[dict[str, Any]]:
        names = self._service.models.names()
        if self._service.entry_script is not None or not names:
            return []
        several = len(names) > 1
        return [
            {
                "name": "model",
                "in": "query",
                "required": several,
                "schema": {"type": "string", "enum": names},
            }
        ]

    def _inference(self) -> Operation:
        examples = {
            target.title: {"value": target.body}
            for target in self._targets
            if target.form.get("kind") == "tensors"
        }
        content = {"schema": {"$ref": "#/components/schemas/InferRequest"}} | (
            {"examples": examples} if examples else {}
        )
        errors = (
            _LIMITS
            | _BODY_LIMITS
            | _COMPUTE
            | {404: "There is no such model.", 415: "The encoding is not known."}
        )
        answer = {JSON: {"schema": {"$ref": "#/components/schemas/InferResponse"}}}
        return Operation("Infer", _PROTOCOL, answer, {JSON: content}, errors=errors)


def _known(route: Route) -> Operation:
    described = _DESCRIBED.get(route.path)
    return described or Operation(f"{route.method} {route.path}", answer=ANY_CONTENT)


def _json(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {JSON: {"schema": schema}}


_OBJECT: dict[str, Any] = {"type": "object"}
_NO_MODEL = _LIMITS | {404: "There is no such model or version."}
_VERSION = {
    "name": "version",
    "in": "query",
    "schema": {"type": "string", "enum": ["2", "3", "3.1"]},
}
_READY = _LIMITS | {503: "Not ready."}


def _flag(*names: str) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {name: {"type": "boolean"} for name in names},
        "required": [names[0]],
    }


_METADATA = {
    "type": "object",
    "properties": {
        "name": {"type": "string"},
        "versions": {"type": "array", "items": {"type": "string"}},
        "platform": {"type": "string"},
        "inputs": {"type": "array"},
        "outputs": {"type": "array"},
    },
    "required": ["name", "platform", "inputs", "outputs"],
}

_HTML = {"text/html": {"schema": {"type": "string"}}}

_DESCRIBED = {
    "/": Operation("Is the service up? Never waits for a prediction", _AZURE, _HTML),
    "/swagger.json": Operation(
        "The scoring interface as Azure ML describes it",
        _AZURE,
        _json(_OBJECT),
        parameters=[_VERSION],
        errors=_LIMITS | {404: "There is no such version."},
    ),
    "/openapi.json": Operation("This document", answer=_json(_OBJECT)),
    "/docs": Operation("A page to try the service", answer=_HTML),
    "/metrics": Operation(
        "Prometheus metrics of all workers", answer={"text/plain": {"schema": {"type": "string"}}}
    ),
    "/v2/health/live": Operation("Live?", _PROTOCOL, _json(_flag("live"))),
    "/v2/health/ready": Operation(
        "Ready?", _PROTOCOL, _json(_flag("ready", "live")), errors=_READY
    ),
    "/v2": Operation("Name, version and extensions of the server", _PROTOCOL, _json(_OBJECT)),
    "/v2/": Operation("Name, version and extensions of the server", _PROTOCOL, _json(_OBJECT)),
    "/v2/models": Operation("Names of the models", _PROTOCOL, _json(_OBJECT)),
    "/v2/models/{model}": Operation(
        "A model's inputs and outputs", _PROTOCOL, _json(_METADATA), errors=_NO_MODEL
    ),
    "/v2/models/{model}/versions/{version}": Operation(
        "A version's inputs and outputs", _PROTOCOL, _json(_METADATA), errors=_NO_MODEL
    ),
    "/v2/models/{model}/ready": Operation(
        "Model ready?", _PROTOCOL, _json(_OBJECT), errors=_NO_MODEL | _READY
    ),
    "/v2/models/{model}/versions/{version}/ready": Operation(
        "Version ready?", _PROTOCOL, _json(_OBJECT), errors=_NO_MODEL | _READY
    ),
}


def _tensor(*required: str) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "name": {"type": "string"},
        "datatype": {
            "type": "string",
            # Models that take bfloat16 are refused at start.
            "enum": [name for name in MEMORY if name != "BF16"],
        },
        "shape": {"type": "array", "items": {"type": "integer", "minimum": 0}},
        "data": {"type": "array"},
        "parameters": {"type": "object"},
    }
    return {"type": "object", "properties": properties, "required": list(required)}


def _infer_request() -> dict[str, Any]:
    wanted = {
        "type": "object",
        "properties": {"name": {"type": "string"}, "parameters": _OBJECT},
        "required": ["name"],
    }
    return {
        "type": "object",
        "properties": {
            "id": {"type": "string"},
            "parameters": _OBJECT,
            "inputs": {
                "type": "array",
                "items": _tensor("name", "datatype", "shape", "data"),
                "minItems": 1,
            },
            "outputs": {"type": "array", "items": wanted},
        },
        "required": ["inputs"],
    }


def _infer_response() -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {
            "model_name": {"type": "string"},
            "model_version": {"type": "string"},
            "id": {"type": "string"},
            "parameters": _OBJECT,
            "outputs": {"type": "array", "items": _tensor("name", "datatype", "shape", "data")},
        },
        "required": ["model_name", "outputs"],
    }
