"""The gRPC face of the provider: what the engine attaches to with `PULUMI_DEBUG_PROVIDERS=azure-native:<port>`."""

import logging
from collections.abc import Callable
from concurrent import futures
from functools import wraps
from importlib.metadata import version
from typing import Any, NoReturn, TypeVar

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc, status_pb2

from rehearsal.core.arm import Arm
from rehearsal.core.errors import ArmError, OperationFailedError
from rehearsal.doors.azure_native import invokes, translate
from rehearsal.doors.azure_native.provider import (
    AlreadyExistsError,
    Kind,
    Provider,
    Settings,
    UnknownTypeError,
)
from rehearsal.doors.azure_native.values import read, write

_log = logging.getLogger(__name__)
_WORKERS = 64
_MAX_MESSAGE_BYTES = 400 * 1024 * 1024  # Pulumi's own limit
Answer = TypeVar("Answer")


class AzureNativeDoor:
    """Listens on a loopback port until it is stopped."""

    def __init__(self, arm: Arm) -> None:
        self._server = grpc.server(
            futures.ThreadPoolExecutor(_WORKERS, "azure-native"),
            options=[
                ("grpc.max_receive_message_length", _MAX_MESSAGE_BYTES),
                ("grpc.max_send_message_length", _MAX_MESSAGE_BYTES),
                ("grpc.so_reuseport", 0),
            ],
        )
        provider_pb2_grpc.add_ResourceProviderServicer_to_server(Servicer(arm), self._server)

    def start(self, port: int | None = None) -> int:
        """Starts to listen (None: anywhere); answers the port. Raises OSError when it is taken."""
        try:
            bound = self._server.add_insecure_port(f"127.0.0.1:{port or 0}")
        except RuntimeError as problem:
            raise OSError(f"port {port} is taken") from problem
        self._server.start()
        return bound

    def stop(self) -> None:
        """Stops at once; what runs in the core goes on."""
        self._server.stop(grace=0.2).wait()


def _answering(
    method: Callable[["Servicer", Any, grpc.ServicerContext], Answer],
) -> Callable[["Servicer", Any, grpc.ServicerContext], Answer]:
    """Turns refusals into gRPC errors with the words that the real provider shows."""

    @wraps(method)
    def answered(self: "Servicer", request: Any, context: grpc.ServicerContext) -> Answer:
        try:
            return method(self, request, context)
        except ArmError as refusal:
            context.abort(grpc.StatusCode.UNKNOWN, _words(refusal))
        except (AlreadyExistsError, UnknownTypeError, invokes.InvokeRefusedError) as refusal:
            context.abort(grpc.StatusCode.UNKNOWN, str(refusal))

    return answered


class Servicer(provider_pb2_grpc.ResourceProviderServicer):
    """pulumirpc.ResourceProvider; every provider instance of a program is a peer of its own."""

    def __init__(self, arm: Arm) -> None:
        self._provider = Provider(arm)
        self._default = Settings(arm.world.identity.subscription_id)
        self._settings: dict[str, Settings] = {}

    def Handshake(  # noqa: N802 - gRPC's names
        self, request: provider_pb2.ProviderHandshakeRequest, context: grpc.ServicerContext
    ) -> provider_pb2.ProviderHandshakeResponse:
        """No secrets in clear are promised to be kept apart, as with the real provider."""
        return provider_pb2.ProviderHandshakeResponse(supports_autonaming_configuration=True)

    def Attach(  # noqa: N802
        self, request: plugin_pb2.PluginAttach, context: grpc.ServicerContext
    ) -> empty_pb2.Empty:
        """Nothing is reported to the engine."""
        return empty_pb2.Empty()

    def GetPluginInfo(  # noqa: N802
        self, request: empty_pb2.Empty, context: grpc.ServicerContext
    ) -> plugin_pb2.PluginInfo:
        """The version of the SDK whose classes are read."""
        return plugin_pb2.PluginInfo(version=version("pulumi-azure-native"))

    def Cancel(self, request: empty_pb2.Empty, context: grpc.ServicerContext) -> empty_pb2.Empty:  # noqa: N802
        """What was accepted goes on, as in Azure."""
        return empty_pb2.Empty()

    def GetSchema(  # noqa: N802
        self, request: provider_pb2.GetSchemaRequest, context: grpc.ServicerContext
    ) -> provider_pb2.GetSchemaResponse:
        """Programs bring their SDK; name and version are enough."""
        number = version("pulumi-azure-native")
        return provider_pb2.GetSchemaResponse(
            schema=f'{{"name": "azure-native", "version": "{number}"}}'
        )

    def CheckConfig(  # noqa: N802
        self, request: provider_pb2.CheckRequest, context: grpc.ServicerContext
    ) -> provider_pb2.CheckResponse:
        """Takes any configuration."""
        return provider_pb2.CheckResponse(inputs=request.news)

    def DiffConfig(  # noqa: N802
        self, request: provider_pb2.DiffRequest, context: grpc.ServicerContext
    ) -> provider_pb2.DiffResponse:
        """Changed credentials or locations replace nothing."""
        return provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_NONE)

    def Configure(  # noqa: N802
        self, request: provider_pb2.ConfigureRequest, context: grpc.ServicerContext
    ) -> provider_pb2.ConfigureResponse:
        """Remembers subscription and location of this provider instance."""
        given = {key.rsplit(":", 1)[-1]: value for key, value in request.variables.items()}
        self._settings[context.peer()] = Settings(
            given.get("subscriptionId") or self._default.subscription_id, given.get("location")
        )
        return provider_pb2.ConfigureResponse(
            supportsPreview=True, supports_autonaming_configuration=True
        )

    @_answering
    def Check(  # noqa: N802
        self, request: provider_pb2.CheckRequest, context: grpc.ServicerContext
    ) -> provider_pb2.CheckResponse:
        """All problems at once."""
        kind = self._kind(request.urn)
        inputs, problems = self._provider.check(
            kind, request, read(request.olds), read(request.news), self._of(context)
        )
        response = provider_pb2.CheckResponse(inputs=write(inputs))
        for path, reason in problems:
            response.failures.add(property=path, reason=reason)
        return response

    @_answering
    def Diff(  # noqa: N802
        self, request: provider_pb2.DiffRequest, context: grpc.ServicerContext
    ) -> provider_pb2.DiffResponse:
        """Compares arguments with arguments."""
        return self._provider.diff(
            self._kind(request.urn), read(request.old_inputs), read(request.news)
        )

    @_answering
    def Create(  # noqa: N802
        self, request: provider_pb2.CreateRequest, context: grpc.ServicerContext
    ) -> provider_pb2.CreateResponse:
        """A resource that was made and then failed is reported as such, so that it stands in the state."""
        kind, inputs, settings = (
            self._kind(request.urn),
            read(request.properties),
            self._of(context),
        )
        if request.preview:
            return provider_pb2.CreateResponse(
                properties=write(self._provider.preview(kind, inputs))
            )
        try:
            outputs = self._provider.create(kind, inputs, settings)
        except OperationFailedError as failure:
            resource_id = translate.resource_id(kind.table, inputs, settings.subscription_id)
            self._abort_partial(context, kind, resource_id, inputs, failure)
        return provider_pb2.CreateResponse(id=outputs["id"], properties=write(outputs))

    @_answering
    def Read(  # noqa: N802
        self, request: provider_pb2.ReadRequest, context: grpc.ServicerContext
    ) -> provider_pb2.ReadResponse:
        """For refresh, import and `get`."""
        kind = self._kind(request.urn)
        found = self._provider.read(
            kind, request.id, read(request.inputs), read(request.properties)
        )
        if found is None:
            return provider_pb2.ReadResponse()
        outputs, inputs = found
        return provider_pb2.ReadResponse(
            id=request.id, properties=write(outputs), inputs=write(inputs)
        )

    @_answering
    def Update(  # noqa: N802
        self, request: provider_pb2.UpdateRequest, context: grpc.ServicerContext
    ) -> provider_pb2.UpdateResponse:
        """One PUT; partial failures as in Create."""
        kind, inputs = self._kind(request.urn), read(request.news)
        if request.preview:
            outputs = self._provider.preview(kind, inputs, read(request.olds))
            return provider_pb2.UpdateResponse(properties=write(outputs))
        try:
            outputs = self._provider.update(kind, request.id, inputs)
        except OperationFailedError as failure:
            self._abort_partial(context, kind, request.id, inputs, failure)
        return provider_pb2.UpdateResponse(properties=write(outputs))

    @_answering
    def Delete(  # noqa: N802
        self, request: provider_pb2.DeleteRequest, context: grpc.ServicerContext
    ) -> empty_pb2.Empty:
        """What is not there is deleted."""
        self._provider.delete(self._kind(request.urn), request.id)
        return empty_pb2.Empty()

    @_answering
    def Invoke(  # noqa: N802
        self, request: provider_pb2.InvokeRequest, context: grpc.ServicerContext
    ) -> provider_pb2.InvokeResponse:
        """Functions; wrong arguments are failures with the argument's name."""
        try:
            result = invokes.invoke(
                self._provider, request.tok, read(request.args), self._of(context)
            )
        except invokes.InvokeRefusedError as refusal:
            response = provider_pb2.InvokeResponse()
            for path, reason in refusal.problems:
                response.failures.add(property=path, reason=reason)
            return response
        answer = provider_pb2.InvokeResponse()
        getattr(answer, "return").CopyFrom(write(result))
        return answer

    def _kind(self, urn: str) -> Kind:
        return self._provider.kind(urn.split("::")[2].rsplit("$", 1)[-1])

    def _of(self, context: grpc.ServicerContext) -> Settings:
        return self._settings.get(context.peer(), self._default)

    def _abort_partial(
        self,
        context: grpc.ServicerContext,
        kind: Kind,
        resource_id: str,
        inputs: dict[str, Any],
        failure: OperationFailedError,
    ) -> NoReturn:
        """The engine records the resource with these properties, and updates it the next time."""
        outputs = self._provider.outputs(kind, resource_id) or {"id": resource_id}
        detail = provider_pb2.ErrorResourceInitFailed(
            id=resource_id,
            properties=write(outputs),
            inputs=write(inputs),
            reasons=[_words(failure)],
        )
        status = status_pb2.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=_words(failure))
        status.details.add().Pack(detail)
        context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
        context.abort(grpc.StatusCode.UNKNOWN, _words(failure))
        raise failure  # abort has raised already; the type checker cannot know


def _words(refusal: ArmError) -> str:
    return f'Status={refusal.status} Code="{refusal.code}" Message="{refusal.message}"'
