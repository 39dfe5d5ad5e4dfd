"""The engine's part of a run under mocks."""

import threading
from collections.abc import Mapping
from typing import Any

from google.protobuf import empty_pb2
from pulumi.runtime.mocks import MockMonitor
from pulumi.runtime.proto import engine_pb2, resource_pb2

from pytest_pulumi import options
from pytest_pulumi.run import Answer, Call, Function, Log, Resource, Run
from pytest_pulumi.wire import Secret, decode, encode, plain

STACK = "pulumi:pulumi:Stack"
STACK_REFERENCE = "pulumi:pulumi:StackReference"
_GET_RESOURCE = "pulumi:pulumi:getResource"
_READ_STACK = "pulumi:pulumi:readStackOutputs"


class Monitor(MockMonitor):
    """Answers the SDK as the engine would, and keeps all that it hears in `run`.

    Of the SDK's own mock monitor only the list of features is used: it drops the options, accepts
    a URN twice and leaves an event loop in each of its threads. Methods are called from several
    threads at once.
    """

    def __init__(
        self,
        run: Run,
        *,
        project: str,
        stack: str,
        preview: bool,
        answers: Mapping[str, Answer],
        functions: Mapping[str, Function],
        stacks: Mapping[str, Mapping[str, Any]],
    ) -> None:
        self._run = run
        self._prefix = f"urn:pulumi:{stack}::{project}::"
        self._preview = preview
        self._answers = answers
        self._functions = functions
        self._stacks = stacks
        self._states: dict[str, dict[str, Any]] = {}
        self._lock = threading.Lock()

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 - gRPC's name
        """Record the resource and answer with its inputs and what the test says beyond them."""
        urn = self._new_urn(request.parent, request.type, request.name)
        if request.type == STACK:
            return resource_pb2.RegisterResourceResponse(urn=urn)
        inputs = decode(request.object)
        resource = Resource(
            request.type, request.name, urn, request.custom, inputs, options.registered(request)
        )
        id_, state = self._answer(resource)
        for key in resource.options.additional_secret_outputs:
            if key in state and not isinstance(state[key], Secret):
                state[key] = Secret(state[key])
        self._keep(resource, id_, state)
        return resource_pb2.RegisterResourceResponse(urn=urn, id=id_, object=encode(state))

    def ReadResource(self, request: Any) -> Any:  # noqa: N802 - gRPC's name
        """Answer `.get()` and stack references."""
        urn = self._new_urn(request.parent, request.type, request.name)
        inputs = decode(request.properties)
        resource = Resource(request.type, request.name, urn, True, inputs, options.read(request))
        if request.type == STACK_REFERENCE:
            state = self._stack_reference(plain(inputs["name"]))
        else:
            _, state = self._answer(resource)
        self._keep(resource, request.id, state)
        return resource_pb2.ReadResourceResponse(urn=urn, properties=encode(state))

    def Invoke(self, request: Any) -> Any:  # noqa: N802 - gRPC's name
        """Answer a provider's function."""
        args = decode(request.args)
        if request.tok == _GET_RESOURCE:
            return _returned(self._states[args["urn"]])
        if request.tok == _READ_STACK and request.tok not in self._functions:
            return _returned(self._stack_reference(args["name"]))
        self._run.calls.append(Call(request.tok, args, request.provider))
        if request.tok not in self._functions:
            raise AssertionError(
                f"the program calls {request.tok}, for which the test has no answer: "
                f"functions={{{request.tok!r}: ...}}"
            )
        function = self._functions[request.tok]
        return _returned(function(args) if callable(function) else function)

    def RegisterResourceOutputs(self, request: Any) -> Any:  # noqa: N802 - gRPC's name
        """Record what a component, or the stack, gives out."""
        outputs = decode(request.outputs)
        if f"::{STACK}::" in request.urn:
            self._run.exports.update(outputs)
        else:
            self._run.outputs[request.urn] = outputs
        return empty_pb2.Empty()

    def Log(self, request: Any) -> Any:  # noqa: N802 - gRPC's name
        """Record a message (the SDK calls this on the engine)."""
        severity = engine_pb2.LogSeverity.Name(request.severity).lower()
        self._run.logs.append(Log(severity, request.message, request.urn))
        return empty_pb2.Empty()

    def _new_urn(self, parent: str, type_: str, name: str) -> str:
        above = parent.removeprefix(self._prefix).partition("::")[0] if parent else STACK
        qualified = type_ if above == STACK else f"{above}${type_}"
        urn = f"{self._prefix}{qualified}::{name}"
        with self._lock:
            if urn in self._states:
                raise AssertionError(f"Duplicate resource URN '{urn}'; try giving it a unique name")
            self._states[urn] = {}
        return urn

    def _answer(self, resource: Resource) -> tuple[str, dict[str, Any]]:
        answer = self._answers.get(resource.type, {})
        extra = dict(answer(resource) if callable(answer) else answer)
        # A preview creates nothing, so there is no id unless the test says that there is.
        usual = "" if self._preview or not resource.custom else f"{resource.name}-id"
        id_ = extra.pop("id", usual)
        return id_, {**resource.inputs, **extra}

    def _stack_reference(self, name: str) -> dict[str, Any]:
        if name not in self._stacks:
            raise AssertionError(
                f"the program refers to the stack {name!r}, for which the test has no answer: "
                f"stacks={{{name!r}: ...}}"
            )
        outputs = dict(self._stacks[name])
        secret = [key for key, value in outputs.items() if isinstance(value, Secret)]
        return {"name": name, "outputs": outputs, "secretOutputNames": secret}

    def _keep(self, resource: Resource, id_: str, state: dict[str, Any]) -> None:
        self._states[resource.urn] = {"urn": resource.urn, "id": id_, "state": state}
        self._run.resources.append(resource)


def _returned(answer: Mapping[str, Any]) -> Any:
    fields: dict[str, Any] = {"return": encode(answer)}  # the field is a word of Python's
    return resource_pb2.ResourceInvokeResponse(**fields)
