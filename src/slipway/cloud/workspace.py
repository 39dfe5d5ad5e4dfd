"""Reading a workspace that exists: what services need to know of it, and whether it is ready for them."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from slipway.cloud.arm_client import ArmClient
from slipway.cloud.arm_ids import TYPES
from slipway.cloud.errors import CloudError
from slipway.cloud.role_assignments import roles_at
from slipway.rules.roles import MAY_PULL
from slipway.rules.workspace_names import WorkspaceNames

_GROUP = "azure-native:resources:ResourceGroup"
_REGISTRY = "azure-native:containerregistry:Registry"
_IDENTITY = "azure-native:managedidentity:UserAssignedIdentity"
_LOGS = "azure-native:operationalinsights:Workspace"
_INSIGHTS = "azure-native:applicationinsights:Component"
_NEEDED = {
    _REGISTRY: "the registry",
    _IDENTITY: "the identity",
    _LOGS: "the Log Analytics workspace",
}
_LIST_RESOURCES = "2021-04-01"
_SHARED_KEYS = "2020-08-01"
_SHOWN = 10

Documents = Mapping[str, dict[str, Any] | None]


@dataclass(frozen=True, kw_only=True)
class ExistingWorkspace:
    """A workspace as ARM describes it."""

    name: str
    """Its base name."""
    id: str
    """ARM id of its resource group."""
    resource_group: str
    location: str
    login_server: str
    registry_id: str
    pull_identity_id: str
    pull_identity_principal_id: str
    log_customer_id: str
    log_key: str = field(repr=False)
    insights_connection_string: str = field(repr=False)
    """Empty where it has no Application Insights."""


@dataclass(frozen=True)
class Place:
    """Where a workspace is looked for."""

    subscription: str
    resource_group: str
    names: WorkspaceNames

    def id_of(self, type_token: str) -> str:
        """ARM id of one part."""
        names = {
            "registryName": self.names.registry,
            "workspaceName": self.names.logs,
            "resourceName": self.names.insights
            if type_token == _INSIGHTS
            else self.names.pull_identity,
        }
        return TYPES[type_token].template.format(
            subscription=self.subscription, resourceGroupName=self.resource_group, **names
        )


def read_workspace(place: Place) -> ExistingWorkspace:
    """Read it by its names. Raises CloudError where it is not there, or its identity may not pull."""
    client = ArmClient()
    documents = _documents(client, place)
    group, registry, identity, logs = _required(client, place, documents)
    insights = documents[_INSIGHTS] or {"properties": {}}
    _require_pull(client, identity, registry)
    return ExistingWorkspace(
        name=place.names.base_name,
        id=group["id"],
        resource_group=group["name"],
        location=group["location"],
        login_server=registry["properties"]["loginServer"],
        registry_id=registry["id"],
        pull_identity_id=identity["id"],
        pull_identity_principal_id=identity["properties"]["principalId"],
        log_customer_id=logs["properties"]["customerId"],
        log_key=_log_key(client, logs["id"]),
        insights_connection_string=insights["properties"].get("ConnectionString", ""),
    )


def find_registry(place: Place) -> str | None:
    """Login server of the workspace's registry, or None where there is no registry. Raises CloudError."""
    found = ArmClient().get(place.id_of(_REGISTRY), TYPES[_REGISTRY].api_version)
    # One that is just being created has no login server yet, and nothing in it either.
    return found["properties"].get("loginServer") if found else None


def _documents(client: ArmClient, place: Place) -> Documents:
    kinds = (_GROUP, _REGISTRY, _IDENTITY, _LOGS, _INSIGHTS)
    with ThreadPoolExecutor(len(kinds)) as threads:
        found = threads.map(
            lambda kind: client.get(place.id_of(kind), TYPES[kind].api_version), kinds
        )
        return dict(zip(kinds, found, strict=True))


def _required(client: ArmClient, place: Place, documents: Documents) -> list[dict[str, Any]]:
    """The parts that a workspace always has. Raises CloudError, naming what there is instead."""
    looked_for = f"The workspace {place.names.base_name!r} was not found"
    if documents[_GROUP] is None:
        raise CloudError(
            f"{looked_for}: the subscription {place.subscription} has no resource group "
            f"{place.resource_group!r}; check the name and ARM_SUBSCRIPTION_ID."
        )
    missing = [
        f"{what} {place.id_of(kind).rpartition('/')[2]!r}"
        for kind, what in _NEEDED.items()
        if documents[kind] is None
    ]
    if missing:
        raise CloudError(
            f"{looked_for} in the resource group {place.resource_group!r}: {' and '.join(missing)} "
            f"{'is' if len(missing) == 1 else 'are'} missing, and the group contains "
            f"{_contents(client, place)}; check the workspace's name, or deploy it first."
        )
    return [one for kind in (_GROUP, *_NEEDED) if (one := documents[kind]) is not None]


def _contents(client: ArmClient, place: Place) -> str:
    found = [
        f"{one['type'].rpartition('/')[2]} {one['name']!r}"
        for one in client.pages(f"{place.id_of(_GROUP)}/resources", _LIST_RESOURCES)
    ]
    more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    return ", ".join(found[:_SHOWN]) + more if found else "nothing"


def _require_pull(client: ArmClient, identity: dict[str, Any], registry: dict[str, Any]) -> None:
    scope, principal = registry["id"], identity["properties"]["principalId"]
    if roles_at(client, scope, principal) & set(MAY_PULL):
        return
    raise CloudError(
        f"The identity {identity['id']} may not pull images: it has no role AcrPull at {scope}. "
        "The stack that makes the registry grants it; by hand it is granted with: "
        f"az role assignment create --assignee-object-id {principal} "
        f"--assignee-principal-type ServicePrincipal --role AcrPull --scope {scope}"
    )


def _log_key(client: ArmClient, logs_id: str) -> str:
    keys = client.post(f"{logs_id}/sharedKeys", _SHARED_KEYS)
    return str((keys or {}).get("primarySharedKey", ""))
