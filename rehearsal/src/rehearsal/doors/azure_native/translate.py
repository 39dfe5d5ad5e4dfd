"""From azure-native's flat arguments to ARM's bodies, and back."""

from collections.abc import Mapping
from typing import Any

from rehearsal.core import ids
from rehearsal.core.native_form import NativeForm
from rehearsal.doors.pulumi_provider.shapes import Array, Map, Object, Scalar, Shape

_IDENTITY_IDS = "userAssignedIdentities"


def resource_id(form: NativeForm, inputs: Mapping[str, Any], subscription_id: str) -> str:
    """The ARM id that the arguments make."""
    values = {name: str(inputs[name]).strip("/") for name in form.path_arguments}
    return "/" + form.path.format(subscriptionId=subscription_id, **values).lstrip("/")


def path_values(form: NativeForm, resource_id_text: str) -> dict[str, str]:
    """The arguments that an id was made of; for import."""
    parsed = ids.parse(resource_id_text)
    values: dict[str, str] = {}
    if "{scope}" in form.path:
        values["scope"] = parsed.scope
    if "{resourceGroupName}" in form.path:
        values["resourceGroupName"] = str(parsed.resource_group)
    own = [name for name in form.path_arguments if name not in values]
    values |= dict(zip(reversed(own), reversed(parsed.names), strict=False))
    return values


def to_body(form: NativeForm, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The body of the PUT."""
    given = {key: value for key, value in inputs.items() if not _is_of_path(key, form)}
    given = {key: _wrapped(value, key, form) for key, value in given.items()}
    body = {key: value for key, value in given.items() if key in form.outside}
    if "identity" in body:
        body["identity"] = _identity_to_arm(body["identity"])
    body["properties"] = {
        form.renames.get(key, key): value for key, value in given.items() if key not in form.outside
    }
    return body


def to_outputs(
    form: NativeForm, document: Mapping[str, Any], shapes: Mapping[str, Shape]
) -> dict[str, Any]:
    """What the resource shows, limited to the outputs that the SDK knows."""
    back = {arm: name for name, arm in form.renames.items()}
    properties = {
        back.get(key, key): value for key, value in document.get("properties", {}).items()
    }
    flat = {**properties, **{key: value for key, value in document.items() if key != "properties"}}
    outputs = {
        name: _flattened(flat[name], name, shape, form)
        for name, shape in shapes.items()
        if flat.get(name) is not None
    }
    outputs["azureApiVersion"] = form.api_version
    return {"id": document["id"], **outputs}


def to_inputs(outputs: Mapping[str, Any], shape: Object) -> dict[str, Any]:
    """The arguments that would have made these outputs; for import and refresh."""
    return {
        name: _as_input(outputs[name], field)
        for name, field in shape.fields.items()
        if outputs.get(name) is not None
    }


def _is_of_path(key: str, form: NativeForm) -> bool:
    return key in form.path_arguments or key.startswith("__")


def _identity_to_arm(identity: Any) -> Any:
    """azure-native takes a list of ids where ARM has a map."""
    if isinstance(identity, Mapping) and isinstance(identity.get(_IDENTITY_IDS), list):
        return {**identity, _IDENTITY_IDS: {one: {} for one in identity[_IDENTITY_IDS]}}
    return identity


def _wrapped(value: Any, path: str, form: NativeForm) -> Any:
    if isinstance(value, list):
        return [_wrapped(inner, f"{path}[]", form) for inner in value]
    if not isinstance(value, Mapping):
        return value
    inner = {key: _wrapped(found, f"{path}.{key}", form) for key, found in value.items()}
    outside = form.envelopes.get(path)
    if outside is None:
        return inner
    kept = {key: found for key, found in inner.items() if key in outside}
    return {
        **kept,
        "properties": {key: found for key, found in inner.items() if key not in outside},
    }


def _flattened(value: Any, path: str, shape: Shape, form: NativeForm) -> Any:
    if isinstance(shape, Array) and isinstance(value, list):
        return [_flattened(inner, f"{path}[]", shape.item, form) for inner in value]
    if isinstance(shape, Map) and isinstance(value, Mapping):
        return {
            key: _flattened(inner, f"{path}.{key}", shape.value, form)
            for key, inner in value.items()
        }
    if not (isinstance(shape, Object) and isinstance(value, Mapping)):
        return value
    flat = {**value.get("properties", {}), **value} if path in form.envelopes else value
    return {
        name: _flattened(flat[name], f"{path}.{name}", field, form)
        for name, field in shape.fields.items()
        if flat.get(name) is not None
    }


def _as_input(value: Any, shape: Shape) -> Any:
    if isinstance(shape, Array) and isinstance(shape.item, Scalar) and isinstance(value, Mapping):
        return sorted(value)
    if isinstance(shape, Array) and isinstance(value, list):
        return [_as_input(inner, shape.item) for inner in value]
    if isinstance(shape, Object) and isinstance(value, Mapping):
        return to_inputs(value, shape)
    return value
