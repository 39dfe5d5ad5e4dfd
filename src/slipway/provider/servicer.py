"""The SDK's servicer, where its own way would not do for components."""

import asyncio
from typing import Any

import pulumi
from pulumi.provider.experimental import provider as sdk
from pulumi.provider.experimental.property_value import PropertyValue
from pulumi.provider.experimental.server import ProviderServicer
from pulumi.provider.server import ProviderServicer as OlderServicer
from pulumi.runtime import proto

from slipway.provider.threads import in_thread


class Servicer(ProviderServicer):
    """Constructs each component on a loop of its own: what a constructor hashes, locks and downloads keeps neither
    another component nor the children, which this same process creates, waiting."""

    async def _construct(self, request: Any, context: Any) -> Any:
        inherited = super()._construct
        return await in_thread(lambda: asyncio.run(inherited(request, context)))

    @staticmethod
    def _construct_options(request: Any) -> pulumi.ResourceOptions:
        # The experimental one passes on aliases as the messages they came in, and drops half of the options.
        return OlderServicer._construct_options(request)

    def _construct_response(self, result: sdk.ConstructResponse) -> proto.ConstructResponse:
        # The inherited one writes outputs that are not known yet in a form that it could not read itself.
        response = proto.ConstructResponse(
            urn=result.urn, state=PropertyValue.marshal_map(result.state)
        )
        for name, urns in result.state_dependencies.items():
            response.stateDependencies[name].urns.extend(sorted(urns))
        return response
