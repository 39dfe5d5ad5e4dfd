"""The provider: hands the engine's questions to the handler of their type, and the answers back."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from pulumi.provider.experimental import provider as sdk

from slipway.cloud.patience import PATIENCE
from slipway.provider import answers
from slipway.provider.bag import Secrets
from slipway.provider.cancellation import Cancellation
from slipway.provider.engine_log import ASKED_FOR
from slipway.provider.errors import MEANT_FOR_USERS, Refused
from slipway.provider.functions import FUNCTIONS
from slipway.provider.handler import Handler
from slipway.provider.handlers import HANDLERS
from slipway.provider.threads import in_thread

Answer = TypeVar("Answer")
Request = (
    sdk.CheckRequest
    | sdk.DiffRequest
    | sdk.CreateRequest
    | sdk.UpdateRequest
    | sdk.ReadRequest
    | sdk.DeleteRequest
)
_ENGINES = ("version", "pluginDownloadURL")
"""Inputs of a provider that say which plug-in it is."""
_HEARD_SECONDS = 0.5
"""How long an answer takes from here through the engine to a program, and a hook's back to the engine."""


class SlipwayProvider(sdk.Provider):
    """Custom resources and functions; `plugin/` adds the components."""

    def __init__(self) -> None:
        self._cancellation = Cancellation()
        self._asked = 0

    async def check_config(self, request: sdk.CheckRequest) -> sdk.CheckResponse:
        """The provider has no configuration. The engine gives it the stack's own, since the project is called
        slipway too; kept, it would lie in the state a second time, secrets among it."""
        engines_own = {
            key: request.new_inputs[key] for key in _ENGINES if key in request.new_inputs
        }
        return sdk.CheckResponse(inputs=engines_own)

    async def configure(self, request: sdk.ConfigureRequest) -> sdk.ConfigureResponse:
        """Secrets are kept, previews are answered. Outputs come as values with their dependencies beside them: the
        SDK cannot read an output that is not known yet."""
        return sdk.ConfigureResponse(
            accept_secrets=True, supports_preview=True, accept_resources=True, accept_outputs=False
        )

    async def cancel(self) -> None:
        """Stop whoever waits."""
        asked = self._asked
        PATIENCE.stop()
        self._cancellation.request()
        if asked:
            # The engine ends the program as soon as this returns. One that waits for a function's answer can act on it.
            await asyncio.sleep(_HEARD_SECONDS)

    async def check(self, request: sdk.CheckRequest) -> sdk.CheckResponse:
        """Refuse what is wrong, all at once; add defaults and what can be foreseen."""
        handler, secrets = self._handler(request), Secrets(request.new_inputs)
        return await self._ask(
            handler, secrets, lambda: answers.check(handler, secrets, request.new_inputs)
        )

    async def diff(self, request: sdk.DiffRequest) -> sdk.DiffResponse:
        """Say what an update would change."""
        handler, secrets = self._handler(request), Secrets(request.new_inputs)
        return await self._ask(
            handler, secrets, lambda: answers.diff(handler, request.old_state, request.new_inputs)
        )

    async def create(self, request: sdk.CreateRequest) -> sdk.CreateResponse:
        """Create, or in a preview say what would be."""
        handler = self._handler(request)
        secrets = Secrets(request.properties, always=handler.secret_outputs)
        return await self._ask(handler, secrets, lambda: answers.create(handler, secrets, request))

    async def update(self, request: sdk.UpdateRequest) -> sdk.UpdateResponse:
        """Update, or in a preview say what would be."""
        handler = self._handler(request)
        secrets = Secrets(request.olds, request.news, always=handler.secret_outputs)
        return await self._ask(handler, secrets, lambda: answers.update(handler, secrets, request))

    async def read(self, request: sdk.ReadRequest) -> sdk.ReadResponse:
        """What is there now, for a refresh or an import."""
        handler = self._handler(request)
        secrets = Secrets(request.inputs, request.properties, always=handler.secret_outputs)
        return await self._ask(handler, secrets, lambda: answers.read(handler, secrets, request))

    async def delete(self, request: sdk.DeleteRequest) -> None:
        """Undo what was created."""
        handler, secrets = self._handler(request), Secrets(request.properties)
        await self._ask(handler, secrets, lambda: answers.delete(handler, request.properties))

    async def invoke(self, request: sdk.InvokeRequest) -> sdk.InvokeResponse:
        """Answer a function."""
        function = FUNCTIONS.get(request.tok)
        if function is None:
            raise Refused(f"slipway has no function {request.tok}: it has {', '.join(FUNCTIONS)}.")
        secrets = Secrets(request.args, always=function.secret)
        self._asked += 1
        try:
            return await in_thread(
                lambda: _for_users(secrets, lambda: answers.invoke(function, secrets, request.args))
            )
        finally:
            self._asked -= 1

    def _handler(self, request: Request) -> Handler:
        ASKED_FOR.set(request.urn)
        type_token = request.type.rpartition("$")[2]  # what is before it are its parents' types
        if type_token not in HANDLERS:
            raise Refused(f"slipway has no resource {type_token}: it has {', '.join(HANDLERS)}.")
        return HANDLERS[type_token](self._cancellation.event)

    async def _ask(self, handler: Handler, secrets: Secrets, ask: Callable[[], Answer]) -> Answer:
        work = in_thread(lambda: _for_users(secrets, ask))
        if handler.stops_at_once:
            return await self._cancellation.or_stop(work)
        return await work


def _for_users(secrets: Secrets, ask: Callable[[], Answer]) -> Answer:
    """The answer; no refusal tells a secret that came with the question."""
    try:
        return ask()
    except MEANT_FOR_USERS as refusal:
        raise Refused(secrets.hidden(str(refusal))) from None
