"""What a resource will show, before it is there: its arguments, and unknown for all that Azure decides."""

from collections.abc import Mapping
from typing import Any

from rehearsal.core.native_form import NativeForm
from rehearsal.doors.pulumi_provider.shapes import Array, Map, Object, Scalar, Shape
from rehearsal.doors.pulumi_provider.values import UNKNOWN, is_unknown


def outputs(
    form: NativeForm, shapes: Mapping[str, Shape], inputs: Mapping[str, Any]
) -> dict[str, Any]:
    """The outputs of a creation or update in a preview."""
    found = {name: _expected(inputs.get(name), shape) for name, shape in shapes.items()}
    return {**found, "azureApiVersion": form.api_version}


def _expected(value: Any, shape: Shape) -> Any:
    if value is None or is_unknown(value):
        return UNKNOWN
    if isinstance(shape, Object) and isinstance(value, Mapping):
        return {name: _field(value.get(name), field) for name, field in shape.fields.items()}
    if isinstance(shape, Array) and isinstance(value, list):
        return [_expected(inner, shape.item) for inner in value]
    if isinstance(shape, Map):
        return _map(value, shape)
    return value


def _field(value: Any, shape: Shape) -> Any:
    """Fields that Azure may fill in are unknown; containers that it never adds by itself are absent."""
    if value is None and not isinstance(shape, Scalar | Object):
        return None
    return _expected(value, shape)


def _map(value: Any, shape: Map) -> Any:
    if isinstance(value, Mapping):
        return {key: _expected(inner, shape.value) for key, inner in value.items()}
    # The ids of user-assigned identities: a list of the arguments, a map in the outputs.
    if isinstance(value, list) and not any(is_unknown(one) for one in value):
        return {str(one): _expected({}, shape.value) for one in value}
    return UNKNOWN
