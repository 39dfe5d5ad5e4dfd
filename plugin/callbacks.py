"""Where the engine calls the hooks of components back."""

import asyncio
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from functools import cached_property
from typing import Any

import grpc
from pulumi.runtime._callbacks import _CallbackServicer
from pulumi.runtime._grpc_settings import _GRPC_CHANNEL_OPTIONS
from pulumi.runtime.proto import callback_pb2, callback_pb2_grpc

_CALLS_AT_ONCE = 4


class Callbacks(_CallbackServicer):
    """Those of one component, whose event loop runs them.

    The SDK's own server is one of grpc.aio, which does not bear event loops in several threads, and each component is
    made on a loop of its own. Nothing is opened before the first hook.
    """

    def __init__(self, monitor: Any) -> None:
        self._monitor = monitor
        self._loop = asyncio.get_running_loop()
        self._context = copy_context()
        self._calls: grpc.Server | None = None
        self._callbacks = {}
        self._transforms = {}
        self._state_migrations = {}

    @cached_property
    def _target(self) -> str:  # type: ignore[override]  # written by nobody but the SDK's constructor
        pool = ThreadPoolExecutor(_CALLS_AT_ONCE, thread_name_prefix="hooks")
        self._calls = grpc.server(pool, options=_GRPC_CHANNEL_OPTIONS)
        callback_pb2_grpc.add_CallbacksServicer_to_server(self, self._calls)
        port = self._calls.add_insecure_port("127.0.0.1:0")
        self._calls.start()
        return f"127.0.0.1:{port}"

    def Invoke(self, request: Any, context: Any) -> Any:  # noqa: N802 - gRPC's name
        """Run a hook in the component's loop, and wait for it."""
        callback = self._callbacks.get(request.token)
        if callback is None:
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, f"there is no hook {request.token}")
            return None
        # The engine's addresses are in context variables, which the server's threads do not have.
        called: Any = callback(request.request)
        running: Future[Any] = self._context.copy().run(
            asyncio.run_coroutine_threadsafe, called, self._loop
        )
        return callback_pb2.CallbackInvokeResponse(response=running.result().SerializeToString())

    def stop(self) -> None:
        """No hook is called any more."""
        if self._calls is not None:
            self._calls.stop(None)
