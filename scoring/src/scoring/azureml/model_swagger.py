"""`/swagger.json` of models without code, from their signatures."""

from __future__ import annotations

from typing import Any

from scoring.azureml import swagger_documents
from scoring.azureml.swagger import Swagger
from scoring.models.catalog import Catalog
from scoring.models.json_schema import input_schema, output_schema
from scoring.settings import Settings


def swagger_of(models: Catalog, settings: Settings) -> Swagger:
    """All three versions; several models are alternatives of one schema."""
    newest = [models.get(name) for name in models.names()]
    inputs = _one_of([input_schema(model) for model in newest])
    outputs = _one_of([output_schema(model) for model in newest])
    two = swagger_documents.swagger2(settings, inputs, outputs)
    three = swagger_documents.openapi3(settings, inputs, outputs, "3.0.3")
    three_one = swagger_documents.openapi3(settings, inputs, outputs, "3.1.0")
    return Swagger({"2": two, "2.0": two, "3": three, "3.0": three, "3.1": three_one})


def _one_of(schemas: list[dict[str, Any]]) -> dict[str, Any]:
    # Swagger 2.0 has no alternatives.
    return schemas[0] if len(schemas) == 1 else {"type": "object"}
