"""docs/configuration.md, made of the settings: `python -m stacks.reference` writes it."""

import types
import typing
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from slipway.rules.pattern import Pattern
from slipway.rules.ranges import Range
from stacks.settings.images import ImageSettings
from stacks.settings.models import ModelSettings
from stacks.settings.secrets import MEANING, SECRETS
from stacks.settings.stack import KEYS, Settings
from stacks.settings.targets import TARGETS

PATH = Path(__file__).parents[1] / "docs" / "configuration.md"

_INTRODUCTION = f"""# Configuration

A stack's settings are in `stacks/Pulumi.<stack>.yaml`: the workspace that it creates or uses, and any number of
models, images and services, each under a name of your choice. Editors complete and check the file with
`stacks/schema.json`.

    pulumi config set --path slipway:services.diabetes.image diabetes-image:1

is a release, or a rollback. Numbers, true and false may be written as text. Put a text that looks like a number or a
date into quotes, such as `frameworkVersion: "1.10"`: it is read as it is written, but `pulumi config set`, and the
first command that adds `encryptionsalt`, rewrite the file and make 1.1 of it. Unknown keys, wrong values, missing files
and references to what does not exist are refused before anything is deployed, all at once, each with its full key.
This page is generated from `stacks/settings/` by `python -m stacks.reference`.

What a stack deploys follows from its sections:

| sections | what happens |
|---|---|
| `models`, `images` and `services` | files are registered, images are built of them, services run the images |
| `images` and `services` | images are built of registered models (`models: [diabetes:3]`), services run them |
| `services` | services run finished images (`image: diabetes-image:7`) |
| `workspace` alone | a platform stack: other stacks use its workspace |

A service runs the image that its `image` names, and no other: building a new image changes no service that names a
version. `name:latest` is the image that the stack builds, or the newest in the registry where it builds none of that
name.

## A workspace that many stacks share

    slipway:workspace: {{name: myteam}}                                        # create one
    slipway:workspace: {{existing: {{stack: organization/slipway/platform}}}}    # use the one of another stack
    slipway:workspace: {{existing: {{id: /subscriptions/…/resourceGroups/myteam-platform}}}}
    slipway:workspace: {{existing: {{resourceGroup: myteam-platform, name: myteam-platform}}}}

The base name of a workspace is its `name` and the stack that creates it (`myteam-platform`); its resource group has
that name. A stack never changes or destroys what it only uses. Its services go into a resource group of its own,
created with the stack and named by `slipway:resourceGroup`.

## Secrets

    pulumi config set --secret --path {SECRETS}.apiToken

{MEANING}
A secret in any other section would make that whole section secret: it is refused, with the command that moves it.

    slipway:services:
      diabetes:
        secretEnvironment: {{API_TOKEN: apiToken}}
        auth: true
        keys: {{primarySecret: firstKey, secondarySecret: secondKey}}
        tls: {{certificateFile: certificate.pem, keySecret: certificateKey}}
"""

_MAPS: dict[str, type[BaseModel]] = {
    f"{KEYS['models']}.<name>": ModelSettings,
    f"{KEYS['images']}.<name>": ImageSettings,
    **{
        f"{KEYS['services']}.<name> with target: {name}": target.settings
        for name, target in TARGETS.items()
    },
}


def text() -> str:
    """The page."""
    return "\n".join([_INTRODUCTION, *_sections()])


def _sections() -> Iterator[str]:
    yield "## Keys\n"
    yield from _table([(key, Settings.model_fields[name]) for name, key in KEYS.items()])
    for name, key in KEYS.items():
        nested = _model(Settings, name)
        if nested is not None:
            yield from _section(key, nested)
    for key, section in _MAPS.items():
        yield from _section(key, section)


def _section(key: str, model: type[BaseModel]) -> Iterator[str]:
    yield f"## {key}\n\n{' '.join((model.__doc__ or '').split())}\n"
    fields = {(field.alias or name): (name, field) for name, field in model.model_fields.items()}
    yield from _table([(alias, field) for alias, (_, field) in fields.items()])
    for alias, (name, _) in fields.items():
        nested = _model(model, name)
        if nested is not None:
            yield from _section(f"{key.partition(' ')[0]}.{alias}", nested)


def _table(rows: list[tuple[str, FieldInfo]]) -> Iterator[str]:
    yield "| key | default | allowed | meaning |\n|---|---|---|---|"
    for key, field in rows:
        allowed = "; ".join(_allowed(field.annotation, field.metadata))
        yield f"| `{key}` | {_default(field)} | {allowed} | {field.description} |"
    yield ""


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    value = field.get_default(call_default_factory=True, validated_data={})
    if value is None or value is PydanticUndefined or value in ("", {}, ()):
        return "none"
    if isinstance(value, BaseModel):
        return "see below"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _allowed(hint: Any, metadata: Iterable[Any] = ()) -> Iterator[str]:
    """What the rules in a field's type allow, in their own words."""
    for rule in metadata:
        if isinstance(rule, Range):
            yield str(rule)
        elif isinstance(rule, Pattern):
            yield rule.wording
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Literal:
        yield ", ".join(f"`{each}`" for each in inner)
    elif origin is typing.Annotated:
        yield from _allowed(inner[0], inner[1:])
    elif origin in (typing.Union, types.UnionType):
        for each in inner:
            yield from _allowed(each)
    elif hint is bool:
        yield "`true`, `false`"


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
