"""Targets: Azure ML's forms, for models without code and for entry scripts."""

import inspect
import json
from typing import Any

import numpy as np

from scoring.azureml.inputs import JsonObject, JsonString
from scoring.http.errors import Refusal
from scoring.http.message import Request
from scoring.models.azureml_form import AzureMLForm
from scoring.models.base import BadInput
from scoring.oip.datatypes import memory_dtype
from scoring_fuzz.models import MODELS, chosen
from scoring_fuzz.promise import holds, refused
from scoring_fuzz.split import head_and_body

_FORMS = {name: AzureMLForm(model) for name, model in MODELS.items()}


def azureml_form(data: bytes) -> None:
    """`MODEL` newline BODY, as a model without code reads it."""
    [name], body = head_and_body(data, 1)
    model = chosen(name)
    try:
        tensors, rows = _FORMS[model.name].parse(body)
    except BadInput as bad:
        refused(400, str(bad))
        return
    assert model.signature is not None  # noqa: S101  (for the type checker)
    holds(rows >= 0, f"{rows} rows")
    for spec in model.signature.inputs:
        values = tensors[spec.name]
        holds(values.dtype == memory_dtype(spec.datatype), f"{spec} became {values.dtype}")
        fits = values.ndim == len(spec.shape) and all(
            wanted in (-1, got) for wanted, got in zip(spec.shape, values.shape, strict=True)
        )
        holds(fits, f"{spec} became {values.shape}")
        holds(not values.ndim or len(values) == rows, f"{rows} rows of shape {values.shape}")
        _same_values(json.loads(body)["data"], spec.datatype, values)


def _same_values(sent: Any, datatype: str, values: np.ndarray) -> None:
    """What was sent as a truth value or a whole number has not become another one."""
    if datatype == "BOOL":
        flat = set(map(type, _leaves(sent)))
        holds(flat <= {bool, int, float}, f"truth values from {flat}")
    elif values.dtype.kind in "iu":
        odd = [leaf for leaf in _leaves(sent) if isinstance(leaf, float) and leaf != int(leaf)]
        holds(not odd, f"whole numbers from {odd}")


def _leaves(sent: Any) -> list[Any]:
    inner = sent.values() if isinstance(sent, dict) else sent if isinstance(sent, list) else None
    return [sent] if inner is None else [leaf for part in inner for leaf in _leaves(part)]


def _run(data: Any, scale: int = 1) -> None:
    """What an entry script with @input_schema looks like from outside."""


_OBJECT = JsonObject(tuple(inspect.signature(_run).parameters.values()))
_STRING = JsonString("data")


def azureml_inputs(data: bytes) -> None:
    """`METHOD|QUERY|CONTENT-TYPE` newline BODY, as an entry script's arguments are made of it."""
    [method, query, content_type], body = head_and_body(data, 3)
    request = Request(
        "GET" if method == b"GET" else "POST",
        "/score",
        query.decode("latin-1"),
        {"content-type": content_type.decode("latin-1") or "application/json"},
        body,
    )
    for parser in (_OBJECT, _STRING):
        try:
            arguments = parser(request)
        except Refusal as refusal:
            refused(refusal.status, refusal.message)
        else:
            holds(set(arguments) == set(parser.names), f"run() would get {set(arguments)}")
