"""Errors as the sentences they are.

The SDK's servicer appends a Python traceback to every error, so that a missing role would be shown as thirty lines of
ours. An error that is meant for the user is its message alone; only an unexpected one has its traceback.
"""

import traceback
from collections.abc import Awaitable, Callable
from typing import Any

import grpc

from slipway.provider.errors import MEANT_FOR_USERS

Method = Callable[[Any, Any], Awaitable[Any]]


class Sentences(grpc.aio.ServerInterceptor):
    """Stands around every method of the servicer."""

    async def intercept_service(self, continuation: Any, details: Any) -> Any:
        """The method that was asked for, with its errors put into words."""
        handler = await continuation(details)
        if handler is None:
            return None
        return handler._replace(unary_unary=_worded(handler.unary_unary))


def _worded(method: Method) -> Method:
    async def worded(request: Any, context: Any) -> Any:
        try:
            return await method(request, context)
        except (NotImplementedError, grpc.aio.AbortError):
            raise  # the engine is told already
        except Exception as error:
            await context.abort(grpc.StatusCode.UNKNOWN, sentence(error))

    return worded


def sentence(error: BaseException) -> str:
    """What the user is told."""
    # While it handles the error that counts, the SDK raises another one with the traceback as its text.
    original = error.__context__ or error
    if isinstance(original, MEANT_FOR_USERS):
        return str(original)
    return "".join(traceback.format_exception(original))
