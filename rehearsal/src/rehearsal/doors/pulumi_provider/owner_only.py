"""Lets in the user who runs the rehearsal, and nobody else: what these doors do is done with that user's rights.

The engine's protocol has no place for a password, and the engine finds a door by its port, so the kernel is asked
whose process is at the other end.
"""

import os
import pwd
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import grpc

from rehearsal.machine import peers

if TYPE_CHECKING:
    Handler = grpc.RpcMethodHandler[Any, Any]  # generic for type checkers alone
    Continuation = Callable[[grpc.HandlerCallDetails], Handler | None]


class OwnerOnly(grpc.ServerInterceptor):
    """Refuses every call of a process that is not the owner's; `port` is known when the server listens."""

    port = 0

    def intercept_service(
        self, continuation: "Continuation", details: grpc.HandlerCallDetails
    ) -> "Handler | None":
        """The method, behind the question who asks. There are no streams in this protocol."""
        handler = continuation(details)
        if handler is None or handler.unary_unary is None:
            return None
        method = handler.unary_unary

        def guarded(request: Any, context: grpc.ServicerContext) -> Any:
            if self._caller(context.peer()) != os.getuid():
                context.abort(grpc.StatusCode.PERMISSION_DENIED, _refusal())
            return method(request, context)

        return grpc.unary_unary_rpc_method_handler(
            guarded,
            request_deserializer=handler.request_deserializer,
            response_serializer=handler.response_serializer,
        )

    def _caller(self, peer: str) -> int | None:
        address = peers.address_of(peer)
        return peers.uid_of(address, self.port) if address else None


def _refusal() -> str:
    return (
        f"this door of the rehearsal is open to the user who started it alone ({_name(os.getuid())}): "
        "start a rehearsal of your own"
    )


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"uid {uid}"
