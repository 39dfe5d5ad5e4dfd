"""The documents that describe a scoring service: same paths, operations and definitions as Azure ML's."""

from __future__ import annotations

from typing import Any

from scoring.settings import Settings

_HEALTH = "Tells that the service is up."
_SCORE = "Runs the model on the input and returns its prediction."
_SPEC = "This document."
_ERROR = "The request could not be served; the body says why."
_PREDICTION = "What the model answered."
_BEARER = {
    "type": "apiKey",
    "name": "Authorization",
    "in": "header",
    "description": "A key of the service, as in: Bearer abc123",
}
_ERROR_SCHEMA = {"type": "object", "properties": {"message": {"type": "string"}}}
_SECURITY: list[dict[str, list[str]]] = [{"Bearer": []}]
_VERSIONS = {"type": "integer", "enum": [2, 3]}


def swagger2(settings: Settings, inputs: Any, outputs: Any) -> dict[str, Any]:
    """Swagger 2.0; the schemas are JSON schema objects."""
    prefix = _prefix(settings)
    body = {
        "name": "serviceInputPayload",
        "in": "body",
        "description": "The model's input.",
        "schema": _at("definitions", "ServiceInput"),
    }
    return {
        "swagger": "2.0",
        "info": _info(settings),
        "schemes": ["https"],
        "consumes": ["application/json"],
        "produces": ["application/json"],
        "securityDefinitions": {"Bearer": _BEARER},
        "paths": {
            f"{prefix}/": _get2("ServiceHealthCheck", _HEALTH, _healthy2()),
            f"{prefix}/score": {
                "post": {
                    "operationId": "RunMLService",
                    "description": _SCORE,
                    "security": _SECURITY,
                    "parameters": [body],
                    "responses": _responses2(_PREDICTION, _at("definitions", "ServiceOutput")),
                }
            },
            f"{prefix}/swagger.json": _get2(
                "GetSwaggerSpec",
                _SPEC,
                _responses2(_SPEC, {"type": "string"}),
                [{"name": "version", "in": "query", "required": False, **_VERSIONS}],
            ),
        },
        "definitions": _definitions(inputs, outputs),
    }


def openapi3(settings: Settings, inputs: Any, outputs: Any, version: str) -> dict[str, Any]:
    """OpenAPI 3.0.3 or 3.1.0."""
    prefix = _prefix(settings)
    version_parameter = {"name": "version", "in": "query", "required": False, "schema": _VERSIONS}
    return {
        "openapi": version,
        "info": _info(settings),
        "security": _SECURITY,
        "paths": {
            f"{prefix}/": {
                "get": {
                    "operationId": "ServiceHealthCheck",
                    "description": _HEALTH,
                    "responses": _responses3(
                        _HEALTH, "text/plain", {"type": "string", "example": "Healthy"}
                    ),
                }
            },
            f"{prefix}/score": {
                "post": {
                    "operationId": "RunMLService",
                    "description": _SCORE,
                    "security": _SECURITY,
                    "requestBody": {
                        "description": "The model's input.",
                        "content": _content("application/json", _in_components("ServiceInput")),
                    },
                    "responses": _responses3(
                        _PREDICTION, "application/json", _in_components("ServiceOutput")
                    ),
                }
            },
            f"{prefix}/swagger.json": {
                "get": {
                    "operationId": "GetSwaggerSpec",
                    "description": _SPEC,
                    "parameters": [version_parameter],
                    "responses": _responses3(_SPEC, "text/plain", {"type": "string"}),
                }
            },
        },
        "components": {
            "schemas": _definitions(inputs, outputs),
            "securitySchemes": {"Bearer": _BEARER},
        },
    }


def _prefix(settings: Settings) -> str:
    path = settings.service_path_prefix.strip("/")
    return f"/{path}" if path else ""


def _info(settings: Settings) -> dict[str, str]:
    name = settings.service_name
    return {
        "title": name,
        "description": f"Scoring interface of the service {name}",
        "version": settings.service_version,
    }


def _definitions(inputs: Any, outputs: Any) -> dict[str, Any]:
    return {"ServiceInput": inputs, "ServiceOutput": outputs, "ErrorResponse": _ERROR_SCHEMA}


def _at(place: str, name: str) -> dict[str, str]:
    return {"$ref": f"#/{place}/{name}"}


def _in_components(name: str) -> dict[str, str]:
    return _at("components/schemas", name)


def _get2(
    operation: str, description: str, responses: Any, parameters: Any = None
) -> dict[str, Any]:
    get = {"operationId": operation, "description": description}
    return {
        "get": get | ({"parameters": parameters} if parameters else {}) | {"responses": responses}
    }


def _healthy2() -> dict[str, Any]:
    responses = _responses2(_HEALTH, {"type": "string"})
    responses["200"]["examples"] = {"application/json": "Healthy"}
    return responses


def _responses2(description: str, schema: Any) -> dict[str, Any]:
    error = {"description": _ERROR, "schema": _at("definitions", "ErrorResponse")}
    return {"200": {"description": description, "schema": schema}, "default": error}


def _responses3(description: str, media_type: str, schema: Any) -> dict[str, Any]:
    error = {
        "description": _ERROR,
        "content": _content("application/json", _in_components("ErrorResponse")),
    }
    return {
        "200": {"description": description, "content": _content(media_type, schema)},
        "default": error,
    }


def _content(media_type: str, schema: Any) -> dict[str, Any]:
    return {media_type: {"schema": schema}}
