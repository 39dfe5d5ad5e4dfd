"""What changes between two sets of arguments, and what of it azure-native plans as a replacement."""

from collections.abc import Iterator, Mapping
from typing import Any

from pulumi.runtime.proto import provider_pb2

from rehearsal.core.locations import normal
from rehearsal.core.native_form import NativeForm
from rehearsal.doors.azure_native.naming import AUTONAMED

_Kind = provider_pb2.PropertyDiff.Kind
_REPLACING = {
    _Kind.ADD: _Kind.ADD_REPLACE,
    _Kind.DELETE: _Kind.DELETE_REPLACE,
    _Kind.UPDATE: _Kind.UPDATE_REPLACE,
}
Change = tuple[str, "provider_pb2.PropertyDiff.Kind.ValueType"]


def respond(
    form: NativeForm, olds: Mapping[str, Any], news: Mapping[str, Any]
) -> provider_pb2.DiffResponse:
    """The answer to Diff: paths of the arguments that change, and whether they replace."""
    response = provider_pb2.DiffResponse(hasDetailedDiff=True)
    response.changes = provider_pb2.DiffResponse.DIFF_NONE
    for path, kind in changes(_comparable(olds), _comparable(news)):
        response.changes = provider_pb2.DiffResponse.DIFF_SOME
        top = path.split(".", 1)[0].split("[", 1)[0]
        response.diffs.append(top)
        if top in form.replaces or top in form.path_arguments:
            response.replaces.append(top)
            kind = _REPLACING[kind]
        response.detailedDiff[path].kind = kind
        response.detailedDiff[path].inputDiff = True
    # A name that the user chose is free again only when the old resource is gone.
    response.deleteBeforeReplace = bool(response.replaces) and not news.get(AUTONAMED)
    return response


def changes(old: Any, new: Any, path: str = "") -> Iterator[Change]:
    """Paths that differ: `containers[0].image`."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in [*old, *(key for key in new if key not in old)]:
            yield from _changed(old.get(key), new.get(key), f"{path}.{key}" if path else str(key))
    elif isinstance(old, list) and isinstance(new, list):
        for index in range(max(len(old), len(new))):
            before = old[index] if index < len(old) else None
            after = new[index] if index < len(new) else None
            yield from _changed(before, after, f"{path}[{index}]")
    elif old != new:
        yield path, _Kind.UPDATE


def _changed(old: Any, new: Any, path: str) -> Iterator[Change]:
    if old is None and new is not None:
        yield path, _Kind.ADD
    elif old is not None and new is None:
        yield path, _Kind.DELETE
    else:
        yield from changes(old, new, path)


def _comparable(inputs: Mapping[str, Any]) -> dict[str, Any]:
    found = {key: value for key, value in inputs.items() if not key.startswith("__")}
    if isinstance(found.get("location"), str):
        found["location"] = normal(found["location"])
    return found
