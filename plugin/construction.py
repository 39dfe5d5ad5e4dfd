"""Makes one component of what another program gives."""

from collections.abc import Mapping
from typing import Any

import pulumi
from pulumi.provider.experimental import provider as sdk
from pulumi.provider.experimental.property_value import PropertyValue
from pulumi.runtime.settings import SETTINGS

from components.errors import InvalidArgs
from plugin.arguments import ComponentReader
from plugin.callbacks import Callbacks
from plugin.state import state_of
from plugin.table import Component
from slipway.provider.errors import Refused
from slipway.resources.wire import top_name, wire_path


async def construct(kind: Component, request: sdk.ConstructRequest) -> sdk.ConstructResponse:
    """The component, once everything in it is registered. Raises InputPropertiesError with all problems."""
    callbacks = Callbacks(SETTINGS.monitor)
    SETTINGS.callbacks = callbacks
    try:
        made = _made(kind, request)
        urn = await made.urn.future()
        state, dependencies = await state_of(made)
    finally:
        callbacks.stop()
    return sdk.ConstructResponse(urn or "", state, dependencies)


def _made(kind: Component, request: sdk.ConstructRequest) -> pulumi.ComponentResource:
    reader = ComponentReader(request.inputs)
    values = reader.fields(kind.args(), request.inputs)
    if reader.problems:
        raise _refusal(request.inputs, reader.problems)
    try:
        args = kind.args()(**values)
    except InvalidArgs as refusal:
        told = {wire_path(name): why for name, why in refusal.problems.items()}
        raise _refusal(
            request.inputs, {path: f"{path} {why}." for path, why in told.items()}
        ) from None
    component: Any = kind.component()
    made: pulumi.ComponentResource = component(request.name, args, request.options)
    return made


def _refusal(given: Mapping[str, PropertyValue], problems: Mapping[str, str]) -> Exception:
    values = [given[top_name(path)] for path in problems if top_name(path) in given]
    if any(value.contains_secret() for value in values):
        # The engine shows the value of a property beside its problem, a secret one as well.
        return Refused("\n".join(problems.values()))
    return pulumi.InputPropertiesError(
        "", [{"property_path": path, "reason": why} for path, why in problems.items()]
    )
