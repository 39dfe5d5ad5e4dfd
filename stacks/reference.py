"""docs/configuration.md, made of the settings: `python -m stacks.reference` writes it."""

import types
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from stacks.configuration import SECRETS
from stacks.settings import KEYS, Settings

PATH = Path(__file__).parents[1] / "docs" / "configuration.md"

_INTRODUCTION = """# Configuration

A stack's settings stand in `stacks/Pulumi.<stack>.yaml`.
`pulumi config set --path slipway:service.cpuCores 2` changes one; numbers may be written as text.
Unknown keys, wrong values and missing files are refused before anything is deployed, all at once.
Made from `stacks/settings.py` by `python -m stacks.reference`; editors read `stacks/schema.json`.

Which of the three ways a stack deploys follows from what it names:

| `slipway:model` | `slipway:image` | what happens |
|---|---|---|
| with `path` | `latest` | the file is registered, an image is built, the service runs it |
| with `version` | `latest` | an image of the registered model is built, the service runs it |
| none | `name:number` | the service runs the finished image |
| either | `name:number` | a new image is built and numbered; the service runs the one named |
"""


def text() -> str:
    """The page."""
    return "\n".join([_INTRODUCTION, *_sections(), *_secrets()])


def _sections() -> Iterator[str]:
    simple = [(key, name) for name, key in KEYS.items() if _model(Settings, name) is None]
    yield "## Keys\n"
    yield from _table([(key, Settings.model_fields[name]) for key, name in simple])
    for name, key in KEYS.items():
        nested = _model(Settings, name)
        if nested is not None:
            yield from _section(key, nested)


def _section(key: str, model: type[BaseModel]) -> Iterator[str]:
    yield f"## {key}\n\n{model.__doc__}\n"
    fields = {(field.alias or name): (name, field) for name, field in model.model_fields.items()}
    yield from _table([(alias, field) for alias, (_, field) in fields.items()])
    for alias, (name, _) in fields.items():
        nested = _model(model, name)
        if nested is not None:
            yield from _section(f"{key}.{alias}", nested)


def _table(rows: list[tuple[str, FieldInfo]]) -> Iterator[str]:
    yield "| key | default | meaning |\n|---|---|---|"
    for key, field in rows:
        yield f"| `{key}` | {_default(field)} | {field.description} |"
    yield ""


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    value = field.default
    if value is None or value in ("", {}, ()):
        return "none"
    if isinstance(value, BaseModel):
        return "see below"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _secrets() -> Iterator[str]:
    yield "## Secrets\n\nSet by `pulumi config set --secret`; all optional.\n"
    yield "| key | meaning |\n|---|---|"
    yield from (f"| `slipway:{name}` | {meaning} |" for name, meaning in SECRETS.items())
    yield ""


def _model(owner: type[BaseModel], name: str) -> type[BaseModel] | None:
    """The settings that a field is made of, if it is an object of its own."""
    annotation: Any = owner.model_fields[name].annotation
    union = typing.get_origin(annotation) in (typing.Union, types.UnionType)
    for part in typing.get_args(annotation) if union else (annotation,):
        if isinstance(part, type) and issubclass(part, BaseModel):
            return part
    return None


if __name__ == "__main__":
    PATH.write_text(text())
