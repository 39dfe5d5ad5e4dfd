"""ARM ids of what the components create, from the inputs that stand in Pulumi's state.

azure-native keeps no id of a resource whose creation was interrupted; the inputs it was created
from are in the state's pending operations, and physical names are deterministic, so the id can be
said (pulumi-azure-native#1123).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_GROUP = "/subscriptions/{subscription}/resourceGroups/{resourceGroupName}"

_CLUSTER = "Microsoft.ContainerService/managedClusters/{resourceName}"


@dataclass(frozen=True)
class ArmType:
    """Where resources of one azure-native type live, and an API version that can read them."""

    template: str
    api_version: str


def _in_group(path: str, api_version: str) -> ArmType:
    return ArmType(f"{_GROUP}/providers/{path}", api_version)


TYPES: Mapping[str, ArmType] = {
    "azure-native:resources:ResourceGroup": ArmType(_GROUP, "2024-03-01"),
    "azure-native:containerregistry:Registry": _in_group(
        "Microsoft.ContainerRegistry/registries/{registryName}", "2023-07-01"
    ),
    "azure-native:managedidentity:UserAssignedIdentity": _in_group(
        "Microsoft.ManagedIdentity/userAssignedIdentities/{resourceName}", "2023-01-31"
    ),
    "azure-native:authorization:RoleAssignment": ArmType(
        "{scope}/providers/Microsoft.Authorization/roleAssignments/{roleAssignmentName}",
        "2022-04-01",
    ),
    "azure-native:operationalinsights:Workspace": _in_group(
        "Microsoft.OperationalInsights/workspaces/{workspaceName}", "2023-09-01"
    ),
    "azure-native:applicationinsights:Component": _in_group(
        "Microsoft.Insights/components/{resourceName}", "2020-02-02"
    ),
    "azure-native:containerinstance:ContainerGroup": _in_group(
        "Microsoft.ContainerInstance/containerGroups/{containerGroupName}", "2023-05-01"
    ),
    "azure-native:containerservice:ManagedCluster": _in_group(_CLUSTER, "2025-09-01"),
    "azure-native:containerservice:AgentPool": _in_group(
        f"{_CLUSTER}/agentPools/{{agentPoolName}}", "2025-09-01"
    ),
    "azure-native:containerservice:MaintenanceConfiguration": _in_group(
        f"{_CLUSTER}/maintenanceConfigurations/{{configName}}", "2025-09-01"
    ),
    "azure-native:monitor:AzureMonitorWorkspace": _in_group(
        "Microsoft.Monitor/accounts/{azureMonitorWorkspaceName}", "2023-04-03"
    ),
    "azure-native:monitor:DataCollectionEndpoint": _in_group(
        "Microsoft.Insights/dataCollectionEndpoints/{dataCollectionEndpointName}", "2022-06-01"
    ),
    "azure-native:monitor:DataCollectionRule": _in_group(
        "Microsoft.Insights/dataCollectionRules/{dataCollectionRuleName}", "2022-06-01"
    ),
    "azure-native:monitor:DataCollectionRuleAssociation": ArmType(
        "{resourceUri}/providers/Microsoft.Insights/dataCollectionRuleAssociations/{associationName}",
        "2022-06-01",
    ),
}


def arm_id(type_token: str, inputs: Mapping[str, Any], subscription: str) -> str | None:
    """The id that a resource of this type has, or None where type or inputs do not tell."""
    known = TYPES.get(type_token)
    if known is None:
        return None
    try:
        return known.template.format(subscription=subscription, **inputs)
    except KeyError:
        return None
