"""Between the engine's protocol and a `Provider`."""

from collections.abc import Callable
from typing import Any

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2
from pulumi.runtime.proto.provider_pb2_grpc import ResourceProviderServicer

from pytest_pulumi.provider import Diff, InvalidInputsError, Provider, ProviderCall, RefusedError
from pytest_pulumi.wire import decode, encode

_Kind = provider_pb2.PropertyDiff


class Servicer(ResourceProviderServicer):
    """`pulumirpc.ResourceProvider`. Method names are the protocol's."""

    # ruff: noqa: N802 - gRPC's names

    def __init__(self, provider: Provider, tell: Callable[[str, ProviderCall], None]) -> None:
        self._provider = provider
        self._tell = tell

    def Attach(self, request: Any, context: grpc.ServicerContext) -> Any:
        """The engine found us by PULUMI_DEBUG_PROVIDERS."""
        return empty_pb2.Empty()

    def Handshake(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Say what we understand."""
        return provider_pb2.ProviderHandshakeResponse(accept_secrets=True, accept_resources=True)

    def GetPluginInfo(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Say who we are."""
        return plugin_pb2.PluginInfo(version=self._provider.version)

    def GetSchema(self, request: Any, context: grpc.ServicerContext) -> Any:
        """A schema without contents: programs in Python never ask for more."""
        name, version = self._provider.package, self._provider.version
        return provider_pb2.GetSchemaResponse(schema=f'{{"name":"{name}","version":"{version}"}}')

    def CheckConfig(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Any configuration will do."""
        return provider_pb2.CheckResponse(inputs=request.news)

    def DiffConfig(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Another configuration never replaces the provider's resources."""
        return provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_NONE)

    def Configure(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Hand the configuration over."""
        call = ProviderCall(
            "Configure", inputs=decode(request.args), peer=context.peer(), request=request
        )
        self._work(context, call, lambda: self._provider.configure(call))
        return provider_pb2.ConfigureResponse(
            acceptSecrets=True, acceptResources=True, supportsPreview=True
        )

    def Check(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Validate inputs and fill in defaults."""
        call = self._call("Check", request, context, inputs=request.news, old_inputs=request.olds)
        try:
            checked = self._work(context, call, lambda: self._provider.check(call))
        except InvalidInputsError as invalid:
            failures = [
                provider_pb2.CheckFailure(property=key, reason=reason)
                for key, reason in invalid.problems.items()
            ]
            return provider_pb2.CheckResponse(inputs=request.news, failures=failures)
        return provider_pb2.CheckResponse(inputs=encode(checked))

    def Diff(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Say what an update would do."""
        call = self._change("Diff", request, context)
        return _diff(call, self._work(context, call, lambda: self._provider.diff(call)))

    def Create(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Create, or say what a create would give."""
        call = self._call("Create", request, context, inputs=request.properties)
        if call.preview:
            outputs = self._work(context, call, lambda: self._provider.preview_outputs(call))
            return provider_pb2.CreateResponse(properties=encode({**call.inputs, **outputs}))
        id_, outputs = self._work(context, call, lambda: self._provider.create(call))
        return provider_pb2.CreateResponse(id=id_, properties=encode(outputs))

    def Update(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Change in place, or say what that would give."""
        call = self._change("Update", request, context)
        if call.preview:
            known = self._work(context, call, lambda: self._provider.preview_outputs(call))
            return provider_pb2.UpdateResponse(properties=encode({**call.inputs, **known}))
        outputs = self._work(context, call, lambda: self._provider.update(call))
        return provider_pb2.UpdateResponse(properties=encode(outputs))

    def Read(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Say what is there; nothing at all means that it is gone."""
        call = self._call(
            "Read", request, context, old_inputs=request.inputs, old_outputs=request.properties
        )
        found = self._work(context, call, lambda: self._provider.read(call))
        if found is None:
            return provider_pb2.ReadResponse()
        return provider_pb2.ReadResponse(
            id=call.id, inputs=encode(found.inputs), properties=encode(found.outputs)
        )

    def Delete(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Remove."""
        call = self._call(
            "Delete",
            request,
            context,
            old_inputs=request.old_inputs,
            old_outputs=request.properties,
        )
        self._work(context, call, lambda: self._provider.delete(call))
        return empty_pb2.Empty()

    def Invoke(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Answer a function."""
        call = ProviderCall(
            "Invoke",
            type=request.tok,
            inputs=decode(request.args),
            peer=context.peer(),
            request=request,
        )
        fields: dict[str, Any] = {
            "return": encode(self._work(context, call, lambda: self._provider.invoke(call)))
        }
        return provider_pb2.InvokeResponse(**fields)

    def Cancel(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Pass it on."""
        self._provider.cancel()
        return empty_pb2.Empty()

    def _change(self, method: str, request: Any, context: grpc.ServicerContext) -> ProviderCall:
        return self._call(
            method,
            request,
            context,
            inputs=request.news,
            old_inputs=request.old_inputs,
            old_outputs=request.olds,
        )

    def _call(
        self, method: str, request: Any, context: grpc.ServicerContext, **properties: Any
    ) -> ProviderCall:
        return ProviderCall(
            method,
            type=request.type,
            name=request.name,
            urn=request.urn,
            id=getattr(request, "id", ""),
            preview=getattr(request, "preview", False),
            timeout=getattr(request, "timeout", 0.0),
            peer=context.peer(),
            request=request,
            **{key: decode(value) for key, value in properties.items()},
        )

    def _work(
        self, context: grpc.ServicerContext, call: ProviderCall, work: Callable[[], Any]
    ) -> Any:
        """Do the work, telling the watchers; a refusal reaches the user as it is worded."""
        context.add_callback(lambda: self._tell("after", call))
        try:
            self._tell("before", call)
            result = work()
            self._tell("done", call)
        except RefusedError as refusal:
            context.abort(grpc.StatusCode.UNKNOWN, str(refusal))
        else:
            return result


def _diff(call: ProviderCall, diff: Diff) -> Any:
    detailed = {key: _Kind(kind=_kind(call, key, key in diff.replaced)) for key in diff.changed}
    response = provider_pb2.DiffResponse
    return response(
        changes=response.DIFF_SOME if diff.changed else response.DIFF_NONE,
        replaces=sorted(diff.replaced),
        diffs=sorted(diff.changed),
        deleteBeforeReplace=diff.delete_before_replace,
        detailedDiff=detailed,
        hasDetailedDiff=True,
    )


def _kind(call: ProviderCall, key: str, replaces: bool) -> Any:
    if key not in call.old_inputs:
        return _Kind.ADD_REPLACE if replaces else _Kind.ADD
    if key not in call.inputs:
        return _Kind.DELETE_REPLACE if replaces else _Kind.DELETE
    return _Kind.UPDATE_REPLACE if replaces else _Kind.UPDATE
