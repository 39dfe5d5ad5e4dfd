"""pulumirpc.ResourceProvider, as far as it does not depend on what is provided."""

import json
from collections.abc import Callable
from functools import wraps
from importlib.metadata import version
from typing import Any, TypeVar

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from rehearsal.machine import disk

Servicer = TypeVar("Servicer", bound="ProviderServicer")
Answer = TypeVar("Answer")
Method = Callable[[Servicer, Any, grpc.ServicerContext], Answer]


def answering(method: Method[Servicer, Answer]) -> Method[Servicer, Answer]:
    """Turns refusals into gRPC errors with the servicer's words for them."""

    @wraps(method)
    def answered(self: Servicer, request: Any, context: grpc.ServicerContext) -> Answer:
        try:
            self.admit(request, context)
            return method(self, request, context)
        except self.refusals as refusal:
            context.abort(grpc.StatusCode.UNKNOWN, self.words(refusal))
        except OSError as problem:
            if not disk.is_full(problem):
                raise
            context.abort(grpc.StatusCode.UNKNOWN, disk.sentence(problem.filename or "its folders"))

    return answered


def type_token(urn: str) -> str:
    """The resource type of a URN, `azure-native:resources:ResourceGroup`."""
    return urn.split("::")[2].rsplit("$", 1)[-1]


class ProviderServicer(provider_pb2_grpc.ResourceProviderServicer):
    """Subclasses say which package they stand in for, take its configuration and do its work."""

    package = ""
    """Pulumi's name of it; its SDK for Python is `pulumi-<package>`."""
    autonaming = False
    """Whether names are made as the engine's configuration says."""
    port = 0
    """Where it listens, once it does."""
    refusals: tuple[type[Exception], ...] = ()
    """Exceptions whose text is meant for the user."""

    def words(self, refusal: Exception) -> str:
        """What the user reads."""
        return str(refusal)

    def admit(self, request: Any, context: grpc.ServicerContext) -> None:
        """Comes before everything that is `answering`; aborts what is not even looked at."""

    def Handshake(
        self, request: provider_pb2.ProviderHandshakeRequest, context: grpc.ServicerContext
    ) -> provider_pb2.ProviderHandshakeResponse:
        """No secrets in clear are promised to be kept apart, as with the real providers."""
        return provider_pb2.ProviderHandshakeResponse(
            supports_autonaming_configuration=self.autonaming
        )

    def Attach(
        self, request: plugin_pb2.PluginAttach, context: grpc.ServicerContext
    ) -> empty_pb2.Empty:
        """Nothing is reported to the engine."""
        return empty_pb2.Empty()

    def GetPluginInfo(
        self, request: empty_pb2.Empty, context: grpc.ServicerContext
    ) -> plugin_pb2.PluginInfo:
        """The version of the SDK whose classes are read."""
        return plugin_pb2.PluginInfo(version=self._version())

    def Cancel(self, request: empty_pb2.Empty, context: grpc.ServicerContext) -> empty_pb2.Empty:
        """What was accepted goes on, as in Azure; a build that was begun serves the next one."""
        return empty_pb2.Empty()

    def GetSchema(
        self, request: provider_pb2.GetSchemaRequest, context: grpc.ServicerContext
    ) -> provider_pb2.GetSchemaResponse:
        """Programs bring their SDK; name and version are enough."""
        schema = {"name": self.package, "version": self._version()}
        return provider_pb2.GetSchemaResponse(schema=json.dumps(schema))

    def CheckConfig(
        self, request: provider_pb2.CheckRequest, context: grpc.ServicerContext
    ) -> provider_pb2.CheckResponse:
        """Takes any configuration."""
        return provider_pb2.CheckResponse(inputs=request.news)

    def DiffConfig(
        self, request: provider_pb2.DiffRequest, context: grpc.ServicerContext
    ) -> provider_pb2.DiffResponse:
        """Changed credentials, locations or registries replace nothing."""
        return provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_NONE)

    def _version(self) -> str:
        return version(f"pulumi-{self.package}")
