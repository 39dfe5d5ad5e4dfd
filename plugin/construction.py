"""Makes one component of what another program gives."""

from collections.abc import Mapping
from typing import Any

import pulumi
from pulumi.provider.experimental import provider as sdk

from components.errors import InvalidArgs
from plugin.arguments import ComponentReader
from plugin.state import state_of
from plugin.table import Component
from plugin.wire_paths import wire_path


async def construct(kind: Component, request: sdk.ConstructRequest) -> sdk.ConstructResponse:
    """The component, once everything in it is registered. Raises InputPropertiesError with all problems."""
    made = _made(kind, request)
    urn = await made.urn.future()
    state, dependencies = await state_of(made)
    return sdk.ConstructResponse(urn or "", state, dependencies)


def _made(kind: Component, request: sdk.ConstructRequest) -> pulumi.ComponentResource:
    reader = ComponentReader(request.inputs)
    values = reader.fields(kind.args(), request.inputs)
    if reader.problems:
        raise _refusal(reader.problems)
    try:
        args = kind.args()(**values)
    except InvalidArgs as refusal:
        raise _refusal(
            {wire_path(name): f"{wire_path(name)} {why}." for name, why in refusal.problems.items()}
        ) from None
    component: Any = kind.component()
    made: pulumi.ComponentResource = component(request.name, args, request.options)
    return made


def _refusal(problems: Mapping[str, str]) -> pulumi.InputPropertiesError:
    return pulumi.InputPropertiesError(
        "", [{"property_path": path, "reason": why} for path, why in problems.items()]
    )
