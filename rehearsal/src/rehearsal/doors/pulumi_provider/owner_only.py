"""Lets in the user who runs the rehearsal, and nobody else: what these doors do is done with that user's rights.

Nor the rehearsal's own containers, which run as that user and are confined to less.

The engine's protocol has no place for a password, and the engine finds a door by its port, so the kernel is asked
whose process is at the other end.
"""

import os
import pwd
from collections import deque
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

    def __init__(self) -> None:
        # Connections that were looked into: it takes some milliseconds, and every call of one is asked about.
        self._known: deque[peers.End] = deque(maxlen=64)

    def intercept_service(
        self, continuation: "Continuation", details: grpc.HandlerCallDetails
    ) -> "Handler | None":
        """The method, behind the question who asks. There are no streams in this protocol."""
        handler = continuation(details)
        if handler is None or handler.unary_unary is None:
            return None
        method = handler.unary_unary

        def guarded(request: Any, context: grpc.ServicerContext) -> Any:
            if refusal := self._refusal(context.peer()):
                context.abort(grpc.StatusCode.PERMISSION_DENIED, refusal)
            return method(request, context)

        return grpc.unary_unary_rpc_method_handler(
            guarded,
            request_deserializer=handler.request_deserializer,
            response_serializer=handler.response_serializer,
        )

    def _refusal(self, peer: str) -> str | None:
        address = peers.address_of(peer)
        end = peers.end_of(address, self.port) if address else None
        if end is None or end.uid != os.getuid():
            return _of_strangers()
        if end in self._known:
            return None
        if peers.is_confined(end):
            return _OF_CONTAINERS
        self._known.append(end)
        return None


_OF_CONTAINERS = (
    "this door of the rehearsal is closed to its containers, and to all processes that run with no_new_privs as they "
    "do: ask from an ordinary shell"
)


def _of_strangers() -> str:
    return (
        f"this door of the rehearsal is open to the user who started it alone ({_name(os.getuid())}): "
        "start a rehearsal of your own"
    )


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"uid {uid}"
