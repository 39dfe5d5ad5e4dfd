"""The SDK's servicer, where its own way would not do for components."""

import asyncio
from typing import Any

import pulumi
from pulumi.provider.experimental.server import ProviderServicer
from pulumi.provider.server import ProviderServicer as OlderServicer

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
