"""What a person can try: where to post, an example, and how a form for it looks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scoring.models.base import Model
from scoring.service import Service
from scoring.signature import TensorSpec

#: A request that works, written by the script's author; the first that is there is taken.
SAMPLE_FILES = ("sample_request.json", "sample.json")

# Wider tables are edited as JSON.
_WIDEST_FORM = 64
_MOST_ROWS = 50


@dataclass(frozen=True)
class Target:
    """`form` has a `kind`: rows (lists), records (objects), tensors, or json (an editor only)."""

    title: str
    path: str
    body: Any
    input_schema: dict[str, Any] = field(default_factory=dict)
    output_schema: dict[str, Any] = field(default_factory=dict)
    form: dict[str, Any] = field(default_factory=lambda: {"kind": "json"})

    def document(self) -> dict[str, Any]:
        return {"title": self.title, "path": self.path, "body": self.body, "form": self.form}


def of(service: Service) -> list[Target]:
    """Azure ML's form first."""
    if service.entry_script is not None:
        # The script is a model of the other protocol too, where it says what tensors it takes.
        return [_script(service), *(_tensors(model) for model in service.models if model.signature)]
    found: list[Target] = []
    for name in service.models.names():
        found += _model(service, name)
    return found


def _script(service: Service) -> Target:
    inputs, outputs = _script_schemas(service)
    written = _sample_file(service.settings.source)
    body = written if written is not None else example_of(inputs)
    return Target(
        "Azure ML",
        "/score",
        {"data": []} if body is None else body,
        inputs,
        outputs,
        _form_of(body),
    )


def _script_schemas(service: Service) -> tuple[dict[str, Any], dict[str, Any]]:
    """Of the decorators; an undecorated `run()` takes and gives what it likes."""
    from scoring.azureml.schema import is_schema_decorated, schemas

    script = service.entry_script
    if script is None or not is_schema_decorated(script.run):
        return {}, {}
    inputs, outputs = schemas(script.run)
    return dict(inputs or {}), dict(outputs or {})


def _sample_file(source: Path) -> Any:
    for name in SAMPLE_FILES:
        try:
            return json.loads((source / name).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
    return None


def example_of(schema: dict[str, Any]) -> Any:
    """The schema's own example, or one put together from its properties' examples; None when there is none."""
    if "example" in schema:
        return schema["example"]
    properties = schema.get("properties", {})
    found = {name: example_of(part) for name, part in properties.items()}
    return found if found and all(value is not None for value in found.values()) else None


def _form_of(body: Any) -> dict[str, Any]:
    """A table, where exactly one value of the body is one: lists of equal length, or objects with equal names."""
    if not isinstance(body, dict):
        return {"kind": "json"}
    tables = [(key, form) for key, value in body.items() if (form := _table(value))]
    return {"kind": "json"} if len(tables) != 1 else {"key": tables[0][0], **tables[0][1]}


def _table(value: Any) -> dict[str, Any] | None:
    if not isinstance(value, list) or not value or len(value) > _MOST_ROWS:
        return None
    first = value[0]
    if (
        isinstance(first, list)
        and 0 < len(first) <= _WIDEST_FORM
        and _are_scalars(value, len(first))
    ):
        return {
            "kind": "rows",
            "columns": [_column(str(n), cell) for n, cell in enumerate(first, 1)],
        }
    if (
        isinstance(first, dict)
        and 0 < len(first) <= _WIDEST_FORM
        and all(map(_is_scalar, first.values()))
    ):
        return {"kind": "records", "columns": [_column(name, cell) for name, cell in first.items()]}
    return None


def _are_scalars(rows: list[Any], width: int) -> bool:
    return all(
        isinstance(row, list) and len(row) == width and all(map(_is_scalar, row)) for row in rows
    )


def _is_scalar(value: Any) -> bool:
    return value is None or isinstance(value, str | int | float | bool)


def _column(name: str, cell: Any) -> dict[str, Any]:
    number = isinstance(cell, int | float) and not isinstance(cell, bool)
    return {
        "name": name,
        "type": "number" if number else "boolean" if isinstance(cell, bool) else "text",
    }


def _model(service: Service, name: str) -> Iterator[Target]:
    from scoring.models import json_schema

    model = service.models.get(name)
    several = len(service.models.names()) > 1
    body = json_schema.sample(model)
    path = f"/score?model={name}" if several else "/score"
    yield Target(
        f"Azure ML: {name}" if several else "Azure ML",
        path,
        {"data": []} if body is None else body,
        json_schema.input_schema(model),
        _with_null(json_schema.output_schema(model)),
        _form_of(body),
    )
    for version in service.models.versions(name):
        yield _tensors(service.models.get(name, version))


def _with_null(schema: Any) -> Any:
    """Numbers may be null: JSON has no infinity and no NaN."""
    if isinstance(schema, list):
        return [_with_null(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    changed = {name: _with_null(part) for name, part in schema.items()}
    return changed | {"type": ["number", "null"]} if schema.get("type") == "number" else changed


def _tensors(model: Model) -> Target:
    specs = model.signature.inputs if model.signature else ()
    body = {"inputs": [_tensor(spec) for spec in specs]}
    fits = specs and all(_cells(spec) <= _WIDEST_FORM for spec in specs)
    form = {"kind": "tensors"} if fits else {"kind": "json"}
    path = f"/v2/models/{model.name}/versions/{model.version}/infer"
    return Target(f"Open Inference Protocol: {model.name} {model.version}", path, body, form=form)


def _cells(spec: TensorSpec) -> int:
    count = 1
    for size in spec.shape:
        count *= 1 if size < 0 else size
    return count


def _tensor(spec: TensorSpec) -> dict[str, Any]:
    filler: Any = "" if spec.datatype == "BYTES" else False if spec.datatype == "BOOL" else 0
    shape = [1 if size < 0 else size for size in spec.shape]
    return {
        "name": spec.name,
        "shape": shape,
        "datatype": spec.datatype,
        "data": [filler] * _cells(spec),
    }
