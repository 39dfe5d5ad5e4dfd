"""Words for the user while something is under way, shown beside the resource they are about."""

from contextvars import ContextVar
from functools import cached_property

import grpc
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc

ASKED_FOR: ContextVar[str] = ContextVar("ASKED_FOR", default="")
"""URN of the resource that the engine has just asked for; empty for functions."""

_SECONDS = 5


class EngineLog:
    """The log of the engine at `address`; nothing is opened before the first word."""

    address = ""

    def status(self, sentence: str) -> None:
        """Show it until the resource is done."""
        self._log(
            engine_pb2.LogRequest(
                severity=engine_pb2.INFO, message=sentence, urn=ASKED_FOR.get(), ephemeral=True
            )
        )

    def info(self, sentence: str) -> None:
        """Show it, also when all is done, and where nobody watches."""
        self._log(
            engine_pb2.LogRequest(severity=engine_pb2.INFO, message=sentence, urn=ASKED_FOR.get())
        )

    def warning(self, sentence: str) -> None:
        """Show it, also when all is done."""
        self._log(
            engine_pb2.LogRequest(
                severity=engine_pb2.WARNING, message=sentence, urn=ASKED_FOR.get()
            )
        )

    def _log(self, request: engine_pb2.LogRequest) -> None:
        try:
            self._engine.Log(request, timeout=_SECONDS)
        except grpc.RpcError:  # nobody there to show it is no reason to fail
            return

    @cached_property
    def _engine(self) -> engine_pb2_grpc.EngineStub:
        return engine_pb2_grpc.EngineStub(grpc.insecure_channel(self.address))


LOG = EngineLog()
"""The log of the engine that started this process."""
