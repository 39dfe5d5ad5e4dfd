"""The whole provider: the custom resources of `slipway.provider`, and the components."""

from pathlib import Path

from pulumi.provider.experimental import provider as sdk

from plugin.table import COMPONENTS
from slipway.provider.errors import Refused
from slipway.provider.provider import SlipwayProvider

SCHEMA = Path(__file__).with_name("schema.json")
_NO_SCHEMA = '{"name": "slipway"}'


class Plugin(SlipwayProvider):
    """What the engine talks to."""

    async def get_schema(self, request: sdk.GetSchemaRequest) -> sdk.GetSchemaResponse:
        """The committed schema."""
        found = SCHEMA.read_text(encoding="utf-8") if SCHEMA.exists() else _NO_SCHEMA
        return sdk.GetSchemaResponse(found)

    async def construct(self, request: sdk.ConstructRequest) -> sdk.ConstructResponse:
        """Make a component and its children, for a program that is elsewhere."""
        if request.resource_type not in COMPONENTS:
            raise Refused(
                f"slipway has no component {request.resource_type}: it has {', '.join(COMPONENTS)}."
            )
        # Only here: it loads the components' rules, which no preview of a program in Python needs.
        from plugin.construction import construct

        return await construct(COMPONENTS[request.resource_type], request)
