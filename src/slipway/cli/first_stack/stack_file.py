"""The text of a stack file: the configuration, each key explained by its description in the schema."""

import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

_WIDTH = 100
Schema = Mapping[str, Any]


def compose(config: Mapping[str, Any], schema: Schema, heading: str) -> str:
    """The file: `heading` as a comment, then the configuration with a comment above each key."""
    lines = [*heading.splitlines(), "config:"]
    known = schema["properties"]["config"]
    for key, value in config.items():
        lines += [*_entry(key, value, _property(known, key, schema), schema, 1), ""]
    return "\n".join(lines).rstrip() + "\n"


def _entry(key: str, value: Any, described: Schema, schema: Schema, depth: int) -> Iterator[str]:
    indent = "  " * depth
    yield from (f"{indent}# {line}" for line in _comment(described, _WIDTH - len(indent) - 2))
    if not isinstance(value, Mapping):
        yield f"{indent}{_inline(key)}: {_inline(value)}"
        return
    yield f"{indent}{_inline(key)}:"
    for inner, content in value.items():
        found = _property(_resolved(described, schema, value), inner, schema)
        yield from _entry(inner, content, found, schema, depth + 1)


def _comment(described: Schema, width: int) -> list[str]:
    return textwrap.wrap(str(described.get("description", "")), width)


def _inline(value: Any) -> str:
    text: str = yaml.safe_dump(value, default_flow_style=True, width=10**6)
    return text.removesuffix("...\n").strip()


def _property(known: Schema, key: str, schema: Schema) -> Schema:
    """The schema of one key; names that a user gives are described by none."""
    properties = known.get("properties", {})
    if key in properties:
        found: Schema = properties[key]
        return found
    named: Schema = next(iter(known.get("patternProperties", {}).values()), {})
    # A user's own name needs no explanation, and the section that it names has its own.
    return {name: value for name, value in named.items() if name != "description"}


def _resolved(described: Schema, schema: Schema, value: Mapping[str, Any]) -> Schema:
    """The target of a reference; of alternatives the one of the value's target, or the one that is not null."""
    while True:
        if "discriminator" in described:
            choice = described["discriminator"]
            described = {"$ref": choice["mapping"][value[choice["propertyName"]]]}
        elif "$ref" in described:
            described = schema["$defs"][described["$ref"].rpartition("/")[2]]
        elif "anyOf" in described:
            described = next(one for one in described["anyOf"] if one.get("type") != "null")
        else:
            return described
