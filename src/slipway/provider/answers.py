"""What a handler says, in the words of the SDK."""

import dataclasses

from pulumi.provider.experimental import provider as sdk
from pulumi.provider.experimental.provider import PropertyDiff, PropertyDiffKind

from slipway.provider.arguments import Reader
from slipway.provider.bag import Secrets, Wire, opened, python_names
from slipway.provider.errors import InvalidInputs
from slipway.provider.functions import Function
from slipway.provider.handler import Handler, Properties
from slipway.resources.wire import camel, top_name


def check(handler: Handler, secrets: Secrets, given: Wire) -> sdk.CheckResponse:
    """Inputs with defaults and what can be foreseen, or everything that is wrong with them."""
    computed = {camel(name): name for name in handler.computed}
    reader = Reader()
    inputs = {
        **_defaults(handler.args),
        **opened(given, computed),  # which the inputs of an imported resource have
        **reader.fields(handler.args, given, also=computed),
    }
    refused = {camel(name): why for name, why in handler.refusals(inputs).items()}
    if problems := refused | reader.problems:
        return _refusal(secrets, problems)
    try:
        return sdk.CheckResponse(secrets.closed({**inputs, **handler.foreseen(inputs)}))
    except InvalidInputs as refusal:
        return _refusal(secrets, {camel(name): why for name, why in refusal.problems.items()})


def diff(handler: Handler, olds: Wire, news: Wire) -> sdk.DiffResponse:
    """What changes, property by property."""
    names = _names(handler)
    state, inputs = opened(olds, names), opened(news, names)
    changed = handler.changed(state, inputs)
    replaces = handler.replaces(changed)
    return sdk.DiffResponse(
        changes=bool(changed),
        replaces=[camel(name) for name in replaces],
        diffs=[camel(name) for name in changed],
        detailed_diff={
            camel(name): PropertyDiff(_kind(state, inputs, name, name in replaces), False)
            for name in changed
        },
    )


def create(handler: Handler, secrets: Secrets, request: sdk.CreateRequest) -> sdk.CreateResponse:
    """Id and outputs; a preview knows no id."""
    inputs = opened(request.properties, _names(handler))
    if request.preview:
        return sdk.CreateResponse("", secrets.closed(handler.preview({}, inputs)))
    created = handler.create(request.name, inputs)
    return sdk.CreateResponse(created.id, secrets.closed(created.outputs))


def update(handler: Handler, secrets: Secrets, request: sdk.UpdateRequest) -> sdk.UpdateResponse:
    """Outputs."""
    names = _names(handler)
    state, inputs = opened(request.olds, names), opened(request.news, names)
    work = handler.preview if request.preview else handler.update
    return sdk.UpdateResponse(secrets.closed(work(state, inputs)))


def read(handler: Handler, secrets: Secrets, request: sdk.ReadRequest) -> sdk.ReadResponse:
    """Id, outputs and inputs; nothing at all where the resource is gone."""
    state = opened(request.properties, _names(handler))
    found = handler.read(request.resource_id, state)
    if found is None:
        return sdk.ReadResponse("")
    inputs = request.inputs if found.inputs is None else secrets.closed(found.inputs)
    return sdk.ReadResponse(found.id, secrets.closed(found.outputs), inputs)


def delete(handler: Handler, olds: Wire) -> None:
    """Done when it returns."""
    handler.delete(opened(olds, _names(handler)))


def invoke(function: Function, secrets: Secrets, given: Wire) -> sdk.InvokeResponse:
    """The function's answer. Raises InvalidInputs with everything that is wrong with its arguments."""
    reader = Reader()
    arguments = reader.fields(function.args, given)
    if reader.problems:  # not as failures, of which the SDKs show the first alone
        raise InvalidInputs(reader.problems)
    return sdk.InvokeResponse(secrets.closed(function.ask(arguments)))


def _names(handler: Handler) -> dict[str, str]:
    return python_names(handler.args, handler.computed)


def _defaults(args: type) -> Properties:
    return {
        field.name: field.default
        for field in dataclasses.fields(args)
        if field.default not in (dataclasses.MISSING, None)
    }


def _refusal(secrets: Secrets, problems: dict[str, str]) -> sdk.CheckResponse:
    # The engine shows the value of the property that is named, a secret one as well; and of a path within one, nothing.
    named = {path: top_name(path) for path in problems}
    failures = [
        sdk.CheckFailure("" if secrets.came_as(named[path]) else named[path], secrets.hidden(why))
        for path, why in problems.items()
    ]
    return sdk.CheckResponse(failures=failures)


def _kind(state: Properties, inputs: Properties, name: str, replaces: bool) -> PropertyDiffKind:
    kinds = PropertyDiffKind
    if state.get(name) is None:
        return kinds.ADD_REPLACE if replaces else kinds.ADD
    if inputs.get(name) is None:
        return kinds.DELETE_REPLACE if replaces else kinds.DELETE
    return kinds.UPDATE_REPLACE if replaces else kinds.UPDATE
