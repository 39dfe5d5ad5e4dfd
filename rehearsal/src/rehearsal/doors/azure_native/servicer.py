"""azure-native over gRPC."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NoReturn

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import provider_pb2, status_pb2

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
from rehearsal.doors.azure_native.retries import CanceledError, Retries
from rehearsal.doors.pulumi_provider.servicer import ProviderServicer, answering, type_token
from rehearsal.doors.pulumi_provider.values import read, write


class AzureNativeServicer(ProviderServicer):
    """Every provider instance of a program is a peer of its own."""

    package = "azure-native"
    autonaming = True
    refusals = (
        ArmError,
        AlreadyExistsError,
        CanceledError,
        UnknownTypeError,
        invokes.InvokeRefusedError,
    )

    def __init__(self, arm: Arm, waits: Sequence[float] = ()) -> None:
        self._provider = Provider(arm)
        self._retries = Retries(waits)
        self._default = Settings(arm.world.identity.subscription_id)
        self._settings: dict[str, Settings] = {}

    def words(self, refusal: Exception) -> str:
        """ARM's refusals read as the real provider shows them."""
        return _words(refusal) if isinstance(refusal, ArmError) else str(refusal)

    def Configure(
        self, request: provider_pb2.ConfigureRequest, context: grpc.ServicerContext
    ) -> provider_pb2.ConfigureResponse:
        """Remembers subscription and location of this provider instance."""
        given = {key.rsplit(":", 1)[-1]: value for key, value in request.variables.items()}
        self._settings[context.peer()] = Settings(
            given.get("subscriptionId") or self._default.subscription_id, given.get("location")
        )
        return provider_pb2.ConfigureResponse(
            supportsPreview=True, supports_autonaming_configuration=self.autonaming
        )

    def Cancel(self, request: empty_pb2.Empty, context: grpc.ServicerContext) -> empty_pb2.Empty:
        """What was accepted goes on, as in Azure; what is to be asked again is not."""
        self._retries.cancel(context.peer())
        return empty_pb2.Empty()

    @answering
    def Check(
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

    @answering
    def Diff(
        self, request: provider_pb2.DiffRequest, context: grpc.ServicerContext
    ) -> provider_pb2.DiffResponse:
        """Compares arguments with arguments."""
        return self._provider.diff(
            self._kind(request.urn), read(request.old_inputs), read(request.news)
        )

    @answering
    def Create(
        self, request: provider_pb2.CreateRequest, context: grpc.ServicerContext
    ) -> provider_pb2.CreateResponse:
        """A resource that was made and then failed is reported as such, so that the state has it."""
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
            outputs = self._asking(context).create(kind, inputs, settings)
        except OperationFailedError as failure:
            resource_id = translate.resource_id(kind.form, inputs, settings.subscription_id)
            self._abort_partial(context, kind, resource_id, inputs, failure)
        return provider_pb2.CreateResponse(id=outputs["id"], properties=write(outputs))

    @answering
    def Read(
        self, request: provider_pb2.ReadRequest, context: grpc.ServicerContext
    ) -> provider_pb2.ReadResponse:
        """For refresh, import and `get`."""
        kind = self._kind(request.urn)
        found = self._asking(context).read(
            kind, request.id, read(request.inputs), read(request.properties)
        )
        if found is None:
            return provider_pb2.ReadResponse()
        outputs, inputs = found
        return provider_pb2.ReadResponse(
            id=request.id, properties=write(outputs), inputs=write(inputs)
        )

    @answering
    def Update(
        self, request: provider_pb2.UpdateRequest, context: grpc.ServicerContext
    ) -> provider_pb2.UpdateResponse:
        """One PUT; partial failures as in Create."""
        kind, inputs = self._kind(request.urn), read(request.news)
        if request.preview:
            outputs = self._provider.preview(kind, inputs, read(request.olds))
            return provider_pb2.UpdateResponse(properties=write(outputs))
        try:
            outputs = self._asking(context).update(kind, request.id, inputs)
        except OperationFailedError as failure:
            self._abort_partial(context, kind, request.id, inputs, failure)
        return provider_pb2.UpdateResponse(properties=write(outputs))

    @answering
    def Delete(
        self, request: provider_pb2.DeleteRequest, context: grpc.ServicerContext
    ) -> empty_pb2.Empty:
        """What is not there is deleted."""
        self._asking(context).delete(self._kind(request.urn), request.id)
        return empty_pb2.Empty()

    @answering
    def Invoke(
        self, request: provider_pb2.InvokeRequest, context: grpc.ServicerContext
    ) -> provider_pb2.InvokeResponse:
        """Functions; wrong arguments are failures with the argument's name."""
        try:
            result = invokes.invoke(
                self._asking(context), request.tok, read(request.args), self._of(context)
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
        return self._provider.kind(type_token(urn))

    def _asking(self, context: grpc.ServicerContext) -> Provider:
        """The provider for one call: it asks again as long as the call lasts."""
        return replace(self._provider, ask=self._retries.of(context))

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
