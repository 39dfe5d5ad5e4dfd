"""What is called for a chunk: the entry script's `run()`, or a model without code."""

from __future__ import annotations

import inspect
import json
from typing import Any

import orjson

from scoring.azureml.entry_script import EntryScript
from scoring.azureml.inputs import JsonObject, JsonString
from scoring.batch.predictor import Call
from scoring.errors import ScoringError
from scoring.models.catalog import ModelNotFound
from scoring.service import Service


def call_of(service: Service, model: str | None) -> Call:
    """`model` is NAME or NAME:VERSION, where there are several. Raises ScoringError."""
    if service.entry_script is not None and model is None:
        return _run_call(service.entry_script)
    return _model_call(service, model)


def wants_records(service: Service, model: str | None) -> bool:
    """Rows of a table are to be given as objects by column name."""
    script = service.entry_script
    if script is not None and model is None:
        return _takes_frames(script)
    signature = _model(service, model).signature
    return signature is not None and len(signature.inputs) > 1


def _run_call(script: EntryScript) -> Call:
    headers: dict[str, Any] = {"request_headers": {}} if script.wants_headers else {}
    parse = script.parse
    if isinstance(parse, JsonString):
        name = parse.parameter
        return lambda rows: script.run(**{name: _text({"data": rows})}, **headers)
    if isinstance(parse, JsonObject):
        first = _first_needed(parse)
        return lambda rows: script.run(**{first: rows}, **headers)
    raise ScoringError(
        f"{script.path}: run() takes the raw request (@rawhttp); a batch has none to give"
    )


def _text(body: dict[str, Any]) -> str:
    text = orjson.dumps(body, default=str)
    # orjson is ten times as fast, but makes null of NaN, which scripts read as a number.
    return json.dumps(body, default=str) if b"null" in text else text.decode()


def _first_needed(parse: JsonObject) -> str:
    needed = [p.name for p in parse.parameters if p.default is inspect.Parameter.empty]
    return (needed or [parse.parameters[0].name])[0]


def _takes_frames(script: EntryScript) -> bool:
    if not isinstance(script.parse, JsonObject):
        return False
    from inference_schema.schema_util import get_input_schema

    first = get_input_schema(script.run).get("properties", {}).get(_first_needed(script.parse), {})
    return bool(first.get("items", {}).get("type") == "object")


def _model(service: Service, named: str | None) -> Any:
    if named is None:
        names = service.models.names()
        if len(names) != 1:
            raise ScoringError(f"--model must choose one of {', '.join(names) or 'none'}")
        return service.models.get(names[0])
    name, _, version = named.partition(":")
    try:
        return service.models.get(name, version or None)
    except ModelNotFound as missing:
        raise ScoringError(f"--model: {missing}") from None


def _model_call(service: Service, named: str | None) -> Call:
    from scoring.models.azureml_form import azureml_call

    model = _model(service, named)
    return lambda rows: azureml_call(model, {"data": rows})
