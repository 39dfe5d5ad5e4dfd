"""azure-native's functions: `get*` of every resource type, and the few that lead to a POST."""

from collections.abc import Callable, Mapping
from typing import Any

from rehearsal.core.tokens import ARM_AUDIENCE
from rehearsal.doors.azure_native import schema, translate
from rehearsal.doors.azure_native.provider import Provider, Settings

Arguments = Mapping[str, Any]
Problems = list[tuple[str, str]]
_WORKSPACE = "azure-native:operationalinsights:Workspace"
_REGISTRY = "azure-native:containerregistry:Registry"


class InvokeRefusedError(Exception):
    """Arguments that the function does not take."""

    def __init__(self, problems: Problems) -> None:
        super().__init__("; ".join(reason for _, reason in problems))
        self.problems = problems


def invoke(
    provider: Provider, token: str, arguments: Arguments, settings: Settings
) -> dict[str, Any]:
    """The function's result. Raises InvokeRefusedError and ArmError."""
    known = schema.function_arguments(token)
    if known is None:
        raise InvokeRefusedError([("", f"azure-native has no function '{token}'.")])
    unknown = sorted(set(arguments) - known)
    if unknown:
        there = ", ".join(sorted(known)) or "none"
        raise InvokeRefusedError(
            [
                (name, f"unknown argument '{name}' of '{token}'; there are: {there}")
                for name in unknown
            ]
        )
    if token in _FUNCTIONS:
        return _FUNCTIONS[token](provider, arguments, settings)
    return _get(provider, token, arguments, settings)


def _client_config(provider: Provider, _: Arguments, settings: Settings) -> dict[str, Any]:
    me = provider.arm.world.identity
    return {
        "clientId": me.client_id,
        "objectId": me.object_id,
        "subscriptionId": settings.subscription_id,
        "tenantId": me.tenant_id,
    }


def _client_token(provider: Provider, arguments: Arguments, _: Settings) -> dict[str, Any]:
    world = provider.arm.world
    audience = arguments.get("endpoint") or ARM_AUDIENCE
    return {
        "token": world.tokens.issue(
            world.identity.object_id, audience, client_id=world.identity.client_id
        )
    }


def _shared_keys(provider: Provider, arguments: Arguments, settings: Settings) -> dict[str, Any]:
    workspace = _id(provider, _WORKSPACE, arguments, settings)
    return provider.ask(lambda: provider.arm.action(workspace, "sharedKeys"))


def _registry_credentials(
    provider: Provider, arguments: Arguments, settings: Settings
) -> dict[str, Any]:
    registry = _id(provider, _REGISTRY, arguments, settings)
    return provider.ask(lambda: provider.arm.action(registry, "listCredentials"))


_FUNCTIONS: Mapping[str, Callable[[Provider, Arguments, Settings], dict[str, Any]]] = {
    "azure-native:authorization:getClientConfig": _client_config,
    "azure-native:authorization:getClientToken": _client_token,
    "azure-native:operationalinsights:getSharedKeys": _shared_keys,
    "azure-native:operationalinsights:getWorkspaceSharedKeys": _shared_keys,
    "azure-native:containerregistry:listRegistryCredentials": _registry_credentials,
}


def _get(
    provider: Provider, token: str, arguments: Arguments, settings: Settings
) -> dict[str, Any]:
    package, module, name = token.split(":")
    resource_token = f"{package}:{module}:{name.removeprefix('get')}"
    if not name.startswith("get") or resource_token not in provider.forms:
        raise InvokeRefusedError(
            [("", f"The rehearsal does not have the function '{token}' (Azure does).")]
        )
    kind = provider.kind(resource_token)
    resource_id = _id(provider, resource_token, arguments, settings)
    document = provider.ask(lambda: provider.arm.get(resource_id, kind.form.api_version))
    return translate.to_outputs(kind.form, document, kind.schema.outputs)


def _id(provider: Provider, token: str, arguments: Arguments, settings: Settings) -> str:
    form = provider.forms[token]
    for name in form.path_arguments:
        _required(arguments, name)
    return translate.resource_id(form, arguments, settings.subscription_id)


def _required(arguments: Arguments, name: str) -> str:
    if not arguments.get(name):
        raise InvokeRefusedError([(name, f"missing required argument '{name}'")])
    return str(arguments[name])
