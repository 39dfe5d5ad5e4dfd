"""Annotations of Args and outputs as types of the schema."""

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from plugin.schema.docstrings import attribute_docstrings
from plugin.schema.hints import hints_of, read
from plugin.schema.names import PACKAGE, on_the_wire, pascal_case
from slipway.resources.wire import camel

Spec = dict[str, Any]
"""A piece of the schema."""

_PRIMITIVES = {str: "string", Path: "string", int: "integer", float: "number", bool: "boolean"}


class Types:
    """Types of the schema; the named ones that were met on the way are collected in `named`."""

    def __init__(self, secrets: Mapping[str, frozenset[str]]) -> None:
        """`secrets` names the secret fields and outputs of a class, by its name."""
        self._secrets = {(owner, name) for owner, names in secrets.items() for name in names}
        self.unmet_secrets = set(self._secrets)
        """Those that no class was found to have."""
        self.named: dict[str, Spec] = {}

    def fields(self, args: type, *, late: bool = False) -> tuple[dict[str, Spec], list[str]]:
        """The fields of a dataclass as properties, and which of them are required.

        `late`: the whole may be an Output, so that nothing in it has to be known at once.
        """
        hints, texts = hints_of(args), attribute_docstrings(args)
        properties, required = {}, []
        for field in dataclasses.fields(args):
            name = camel(field.name)
            spec, optional = self._property(field.name, hints[field.name], late=late)
            spec |= self._secret(args, field.name) | _default(field)
            properties[name] = _described(spec, texts.get(field.name))
            if not optional and _has_no_default(field):
                required.append(name)
        return properties, sorted(required)

    def outputs(self, resource: type) -> tuple[dict[str, Spec], list[str]]:
        """The annotated outputs of a resource as properties, and which of them are always there."""
        texts = attribute_docstrings(resource)
        properties, required = {}, []
        for attribute, hint in hints_of(resource).items():
            if not read(hint).late or attribute.startswith("_") or attribute in ("id", "urn"):
                continue
            name = camel(attribute)
            spec, optional = self._property(attribute, hint, late=True)
            spec |= self._secret(resource, attribute)
            properties[name] = _described(spec, texts.get(attribute))
            if not optional:
                required.append(name)
        return properties, sorted(required)

    def _property(self, name: str, annotation: Any, *, late: bool) -> tuple[Spec, bool]:
        hint = read(annotation)
        late = late or hint.late
        spec = self._type(name, hint.type, late=late)
        return (spec if late else spec | {"plain": True}), hint.optional

    def _type(self, name: str, hint: Any, *, late: bool) -> Spec:
        kind: type = get_origin(hint) or hint
        if kind in _PRIMITIVES:
            return {"type": _PRIMITIVES[kind]}
        if hint is Any:
            return {"$ref": "pulumi.json#/Any"}
        if get_origin(hint) is Literal:
            return self._reference(pascal_case(name), _enumeration(get_args(hint)))
        if issubclass(kind, Mapping):
            return {"type": "object", "additionalProperties": self._item(name, hint, late=late)}
        if issubclass(kind, Sequence):
            return {"type": "array", "items": self._item(name, hint, late=late)}
        if dataclasses.is_dataclass(kind):
            return self._reference(kind.__name__, self.object(kind, late=late))
        raise TypeError(f"a schema has no place for {hint} of {name}")

    def _item(self, name: str, hint: Any, *, late: bool) -> Spec:
        """What a mapping or sequence holds: its last type argument that is one."""
        held = [each for each in get_args(hint) if each is not ...]
        return self._property(name, held[-1], late=late)[0]

    def object(self, kind: type, *, late: bool = False) -> Spec:
        """A dataclass as a type with properties."""
        properties, required = self.fields(kind, late=late)
        return {
            "type": "object",
            "description": on_the_wire(kind.__doc__ or ""),
            "properties": properties,
            "required": required,
        }

    def _secret(self, owner: type, name: str) -> Spec:
        self.unmet_secrets.discard((owner.__name__, name))
        return {"secret": True} if (owner.__name__, name) in self._secrets else {}

    def _reference(self, name: str, spec: Spec) -> Spec:
        token = f"{PACKAGE}:index:{name}"
        if self.named.setdefault(token, spec) != spec:
            raise TypeError(f"two different types would be called {token} in the schema")
        return {"$ref": f"#/types/{token}"}


def _enumeration(values: tuple[str, ...]) -> Spec:
    return {"type": "string", "enum": [{"value": value} for value in values]}


def _described(spec: Spec, text: str | None) -> Spec:
    return spec | {"description": on_the_wire(text)} if text else spec


def _has_no_default(field: "dataclasses.Field[Any]") -> bool:
    missing = dataclasses.MISSING
    return field.default is missing and field.default_factory is missing


def _default(field: "dataclasses.Field[Any]") -> Spec:
    """Shown by editors, and sent by generated SDKs; nothing and empty go without saying."""
    said = isinstance(field.default, str | int | float) and field.default != ""
    return {"default": field.default} if said else {}
