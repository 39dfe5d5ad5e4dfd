"""Where each resource lies in ARM, and where ARM wraps what azure-native shows flat.

`{name}` in a path is an argument of the resource. `envelopes` are the paths at which ARM keeps most fields inside
`properties`, with the fields that stay outside. `replaces` are the arguments, beside those of the path, whose change
makes the provider plan a replacement (azure-native's `forceNewMap`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

_GROUP = "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}"
_TRACKED = frozenset({"location", "tags"})
_NAMED = frozenset({"id", "name", "type", "etag"})


@dataclass(frozen=True, kw_only=True)
class Table:
    """One resource type; `patterns` are the regular expressions that Check applies."""

    path: str
    api_version: str
    name: str
    """The argument that is the resource's own name."""
    outside: frozenset[str] = _TRACKED
    envelopes: Mapping[str, frozenset[str]] = field(default_factory=dict)
    renames: Mapping[str, str] = field(default_factory=dict)
    """Arguments whose ARM name is not theirs, inside `properties`."""
    replaces: frozenset[str] = frozenset()
    patterns: Mapping[str, str] = field(default_factory=dict)
    lengths: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    named_by_uuid: bool = False
    children: frozenset[str] = frozenset()
    """Arguments that list resources which may also stand alone; not taken into the state unless they were given."""

    @property
    def path_arguments(self) -> tuple[str, ...]:
        """Arguments that make the id."""
        names = [part.split("}")[0] for part in self.path.split("{")[1:]]
        return tuple(name for name in names if name != "subscriptionId")


_COMPONENT = (
    ("applicationType", "Application_Type"),
    ("flowType", "Flow_Type"),
    ("requestSource", "Request_Source"),
    *(
        (name[0].lower() + name[1:], name)
        for name in (
            "AppId",
            "ApplicationId",
            "ConnectionString",
            "CreationDate",
            "DisableIpMasking",
            "DisableLocalAuth",
            "ForceCustomerStorageForProfiler",
            "HockeyAppId",
            "HockeyAppToken",
            "ImmediatePurgeDataOn30Days",
            "IngestionMode",
            "InstrumentationKey",
            "PrivateLinkScopedResources",
            "RetentionInDays",
            "SamplingPercentage",
            "TenantId",
            "WorkspaceResourceId",
        )
    ),
    ("laMigrationDate", "LaMigrationDate"),
)

TABLES: Mapping[str, Table] = {
    "azure-native:resources:ResourceGroup": Table(
        path=_GROUP,
        api_version="2024-03-01",
        name="resourceGroupName",
        outside=_TRACKED | {"managedBy"},
        replaces=frozenset({"location"}),
        lengths={"resourceGroupName": (1, 90)},
        patterns={"resourceGroupName": r"^[-\w\._\(\)]+$"},
    ),
    "azure-native:containerregistry:Registry": Table(
        path=f"{_GROUP}/providers/Microsoft.ContainerRegistry/registries/{{registryName}}",
        api_version="2023-01-01-preview",
        name="registryName",
        outside=_TRACKED | {"identity", "sku"},
        lengths={"registryName": (5, 50)},
        patterns={"registryName": r"^[a-zA-Z0-9]*$"},
    ),
    "azure-native:managedidentity:UserAssignedIdentity": Table(
        path=f"{_GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/{{resourceName}}",
        api_version="2023-01-31",
        name="resourceName",
    ),
    "azure-native:authorization:RoleAssignment": Table(
        path="{scope}/providers/Microsoft.Authorization/roleAssignments/{roleAssignmentName}",
        api_version="2022-04-01",
        name="roleAssignmentName",
        outside=frozenset(),
        replaces=frozenset({"principalId"}),
        named_by_uuid=True,
    ),
    "azure-native:operationalinsights:Workspace": Table(
        path=f"{_GROUP}/providers/Microsoft.OperationalInsights/workspaces/{{workspaceName}}",
        api_version="2023-09-01",
        name="workspaceName",
        outside=_TRACKED | {"identity", "etag"},
        lengths={"workspaceName": (4, 63)},
        patterns={"workspaceName": r"^[A-Za-z0-9][A-Za-z0-9-]+[A-Za-z0-9]$"},
    ),
    "azure-native:applicationinsights:Component": Table(
        path=f"{_GROUP}/providers/Microsoft.Insights/components/{{resourceName}}",
        api_version="2020-02-02",
        name="resourceName",
        outside=_TRACKED | {"kind", "etag"},
        renames=dict(_COMPONENT),
    ),
    "azure-native:network:VirtualNetwork": Table(
        path=f"{_GROUP}/providers/Microsoft.Network/virtualNetworks/{{virtualNetworkName}}",
        api_version="2024-05-01",
        name="virtualNetworkName",
        outside=_TRACKED | {"extendedLocation", "id", "etag"},
        envelopes={"subnets[]": _NAMED, "subnets[].delegations[]": _NAMED},
        children=frozenset({"subnets"}),
        replaces=frozenset({"location"}),
    ),
    "azure-native:network:Subnet": Table(
        path=f"{_GROUP}/providers/Microsoft.Network/virtualNetworks/{{virtualNetworkName}}/subnets/{{subnetName}}",
        api_version="2024-05-01",
        name="subnetName",
        outside=_NAMED,
        envelopes={"delegations[]": _NAMED},
    ),
    "azure-native:containerinstance:ContainerGroup": Table(
        path=f"{_GROUP}/providers/Microsoft.ContainerInstance/containerGroups/{{containerGroupName}}",
        api_version="2024-05-01-preview",
        name="containerGroupName",
        outside=_TRACKED | {"identity", "zones"},
        envelopes={
            "containers[]": frozenset({"name"}),
            "initContainers[]": frozenset({"name"}),
            "extensions[]": frozenset({"name"}),
        },
    ),
}


def by_arm_type(arm_type: str) -> str | None:
    """The token of an ARM type."""
    for token, table in TABLES.items():
        if _arm_type(table).lower() == arm_type.lower():
            return token
    return None


def _arm_type(table: Table) -> str:
    if "/providers/" not in table.path:
        return "Microsoft.Resources/resourceGroups"
    namespace, *rest = table.path.rsplit("/providers/", 1)[1].split("/")
    return "/".join([namespace, *rest[::2]])
