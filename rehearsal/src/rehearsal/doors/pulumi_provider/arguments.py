"""Refuses arguments that a resource does not have, lacks, or cannot take: all of them at once."""

from collections.abc import Iterator, Mapping
from typing import Any

from rehearsal.doors.pulumi_provider.shapes import Array, Map, Object, Scalar, Shape
from rehearsal.doors.pulumi_provider.values import is_unknown

Problem = tuple[str, str]
"""Property path and reason."""


def problems(shape: Object, inputs: Mapping[str, Any]) -> list[Problem]:
    """Everything that is wrong with the arguments of a resource; those of the engine (`__defaults`) are left out."""
    given = {key: value for key, value in inputs.items() if not key.startswith("__")}
    return list(_object(given, shape, ""))


def _object(given: Mapping[str, Any], shape: Object, path: str) -> Iterator[Problem]:
    fields = shape.fields
    for name in sorted(shape.required - set(given)):
        yield _join(path, name), f"missing required property '{_join(path, name)}'"
    for name, value in given.items():
        if name in fields:
            yield from _value(value, fields[name], _join(path, name))
        else:
            known = ", ".join(sorted(fields))
            yield _join(path, name), f"unknown property '{_join(path, name)}'; there are: {known}"


def _value(value: Any, shape: Shape, path: str) -> Iterator[Problem]:
    if value is None or is_unknown(value):
        return
    if isinstance(shape, Scalar):
        if not _is_a(value, shape.kind):
            yield (
                path,
                f"'{path}' should be a {shape.kind.__name__}, received {type(value).__name__}",
            )
    elif isinstance(shape, Array):
        yield from _array(value, shape, path)
    elif not isinstance(value, Mapping):
        yield path, f"'{path}' should be an object, received {type(value).__name__}"
    elif isinstance(shape, Map):
        for key, inner in value.items():
            yield from _value(inner, shape.value, _join(path, key))
    else:
        yield from _object(value, shape, path)


def _array(value: Any, shape: Array, path: str) -> Iterator[Problem]:
    if not isinstance(value, list):
        yield path, f"'{path}' should be a list, received {type(value).__name__}"
        return
    for index, inner in enumerate(value):
        yield from _value(inner, shape.item, f"{path}[{index}]")


def _is_a(value: Any, kind: type) -> bool:
    if kind is object:
        return True
    if kind is bool:
        return isinstance(value, bool)
    if kind in (int, float):
        number = isinstance(value, int | float) and not isinstance(value, bool)
        return number and (kind is float or float(value).is_integer())
    return isinstance(value, str)


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
