"""Azure's built-in roles, and what those permit that touch what the rehearsal has.

The others, in `other_roles.txt`, are those of Microsoft's page "Azure built-in roles" of 2026-04-09: they can be looked
up and assigned, and permit nothing here.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

OWNER = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"
CONTRIBUTOR = "b24988ac-6180-42a0-ab88-20f7382dd24c"
READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
USER_ACCESS_ADMINISTRATOR = "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9"
ACR_PULL = "7f951dda-4ed3-4680-a7ca-43fe172d538d"
ACR_PUSH = "8311e382-0749-4cb8-b61a-304f252e45ec"
ACR_DELETE = "c2f4ef07-c644-48eb-af81-4b1b4947fb11"

_REGISTRY = "Microsoft.ContainerRegistry/registries"
_SUPPORT = "Microsoft.Support/*"


@dataclass(frozen=True, kw_only=True)
class Role:
    """A role: operations with `*` for anything, less `excluded` ones; `data` are those on what resources hold."""

    name: str
    actions: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    data: tuple[str, ...] = ()
    description: str = ""

    def permits(self, operation: str) -> bool:
        """Whether it has the operation, case ignored."""
        return _any(self.actions, operation) and not _any(self.excluded, operation)

    def permits_data(self, operation: str) -> bool:
        """The same of an operation on what a resource holds."""
        return _any(self.data, operation)


def _of_repositories(name: str, *operations: str) -> Role:
    return Role(name=name, data=tuple(f"{_REGISTRY}/repositories/{one}" for one in operations))


_TOUCHING: Mapping[str, Role] = {
    OWNER: Role(
        name="Owner",
        actions=("*",),
        description="Grants full access to manage all resources, including the ability to assign roles in Azure RBAC.",
    ),
    CONTRIBUTOR: Role(
        name="Contributor",
        actions=("*",),
        excluded=(
            "Microsoft.Authorization/*/Delete",
            "Microsoft.Authorization/*/Write",
            "Microsoft.Authorization/elevateAccess/Action",
            "Microsoft.Blueprint/blueprintAssignments/write",
            "Microsoft.Blueprint/blueprintAssignments/delete",
            "Microsoft.Compute/galleries/share/action",
        ),
        description="Grants full access to manage all resources, but does not allow you to assign roles in Azure RBAC.",
    ),
    READER: Role(
        name="Reader",
        actions=("*/read",),
        description="View all resources, but does not allow you to make any changes.",
    ),
    USER_ACCESS_ADMINISTRATOR: Role(
        name="User Access Administrator",
        actions=("*/read", "Microsoft.Authorization/*", _SUPPORT),
        description="Lets you manage user access to Azure resources.",
    ),
    "f58310d9-a9f6-439a-9e8d-f62e7b41a168": Role(
        name="Role Based Access Control Administrator",
        actions=(
            "Microsoft.Authorization/roleAssignments/write",
            "Microsoft.Authorization/roleAssignments/delete",
            "*/read",
            _SUPPORT,
        ),
        description="Manage access to Azure resources by assigning roles using Azure RBAC.",
    ),
    ACR_PULL: Role(name="AcrPull", actions=(f"{_REGISTRY}/pull/read",), description="acr pull"),
    ACR_PUSH: Role(
        name="AcrPush",
        actions=(f"{_REGISTRY}/pull/read", f"{_REGISTRY}/push/write"),
        description="acr push",
    ),
    ACR_DELETE: Role(
        name="AcrDelete", actions=(f"{_REGISTRY}/artifacts/delete",), description="acr delete"
    ),
    "b93aa761-3e63-49ed-ac28-beffa264f7ac": _of_repositories(
        "Container Registry Repository Reader", "content/read", "metadata/read"
    ),
    "2a1e307c-b015-4ebd-883e-5b7698a07328": _of_repositories(
        "Container Registry Repository Writer",
        "content/read",
        "content/write",
        "metadata/read",
        "metadata/write",
    ),
    "2efddaa5-3f1f-4df3-97df-af3f13818f4c": _of_repositories(
        "Container Registry Repository Contributor",
        "content/read",
        "content/write",
        "content/delete",
        "metadata/read",
        "metadata/write",
        "metadata/delete",
    ),
    "5d977122-f97e-4b4d-a52f-6b43003ddb4d": Role(
        name="Azure Container Instances Contributor Role",
        actions=("Microsoft.ContainerInstance/containerGroups/*", "*/read"),
    ),
    "e40ec5ca-96e0-45a2-b4ff-59039f2c2b59": Role(
        name="Managed Identity Contributor",
        actions=(
            "Microsoft.ManagedIdentity/userAssignedIdentities/*",
            "Microsoft.Authorization/*/read",
            "Microsoft.Resources/subscriptions/resourceGroups/read",
            _SUPPORT,
        ),
    ),
    "f1a07417-d97a-45cb-824c-7a7467783830": Role(
        name="Managed Identity Operator",
        actions=(
            "Microsoft.ManagedIdentity/userAssignedIdentities/*/read",
            "Microsoft.ManagedIdentity/userAssignedIdentities/*/assign/action",
            "Microsoft.Authorization/*/read",
            _SUPPORT,
        ),
    ),
    "4d97b98b-1d4f-4787-a291-c67834d212e7": Role(
        name="Network Contributor",
        actions=(
            "Microsoft.Network/*",
            "Microsoft.Authorization/*/read",
            "Microsoft.Resources/subscriptions/resourceGroups/read",
            _SUPPORT,
        ),
    ),
    "92aaf0da-9dab-42b6-94a3-d43ce8d16293": Role(
        name="Log Analytics Contributor",
        actions=("*/read", "Microsoft.OperationalInsights/*", "Microsoft.OperationsManagement/*"),
    ),
    "73c42c96-874c-492b-b04d-ab87d138a893": Role(
        name="Log Analytics Reader",
        actions=("*/read", "Microsoft.OperationalInsights/workspaces/analytics/query/action"),
        excluded=("Microsoft.OperationalInsights/workspaces/sharedKeys/read",),
    ),
    "749f88d5-cbae-40b8-bcfc-e573ddc772fa": Role(
        name="Monitoring Contributor",
        actions=(
            "*/read",
            "Microsoft.Insights/components/*",
            "Microsoft.OperationalInsights/workspaces/write",
            "Microsoft.OperationalInsights/workspaces/sharedKeys/action",
        ),
    ),
    "43d0d8ad-25c7-4714-9337-8ba259a9fe05": Role(name="Monitoring Reader", actions=("*/read",)),
    "ae349356-3a1b-4a5e-921d-050484c6347e": Role(
        name="Application Insights Component Contributor",
        actions=("Microsoft.Insights/components/*", "Microsoft.Authorization/*/read"),
    ),
    "3913510d-42f4-4e42-8a64-420c390055eb": Role(name="Monitoring Metrics Publisher"),
    "4633458b-17de-408a-b874-0445c86b69e6": Role(name="Key Vault Secrets User"),
    "00482a5a-887f-4fb3-b363-3b7fe8e74483": Role(name="Key Vault Administrator"),
    "ba92f5b4-2d11-453d-a403-e96b0029c9fe": Role(name="Storage Blob Data Contributor"),
    "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1": Role(name="Storage Blob Data Reader"),
    "b7e6dc6d-f1e8-4753-8033-0f276bb0955b": Role(name="Storage Blob Data Owner"),
    "4fc6c259-987e-4a07-842e-c321cc9d413f": Role(name="IoT Hub Data Contributor"),
    "b447c946-2db7-41ec-983d-d8bf3b1c77e3": Role(name="IoT Hub Data Reader"),
    "ed7f3fbd-7b88-4dd4-9017-9adb7ce333f8": Role(name="Azure Kubernetes Service Contributor Role"),
    "0ab0b1a8-8aac-4efd-b8c2-3ee1fb270be8": Role(
        name="Azure Kubernetes Service Cluster Admin Role"
    ),
    "4abbcc35-e782-43d8-92c5-2d3f1bd2253f": Role(name="Azure Kubernetes Service Cluster User Role"),
}


def _others() -> Mapping[str, Role]:
    text = resources.files(__package__).joinpath("other_roles.txt").read_text()
    named = (line.split(" ", 1) for line in text.splitlines())
    return {guid: Role(name=name) for guid, name in named}


ROLES: Mapping[str, Role] = {**_TOUCHING, **_others()}
"""GUID -> role."""


def _any(patterns: tuple[str, ...], operation: str) -> bool:
    return any(_compiled(pattern).fullmatch(operation) for pattern in patterns)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(".*".join(map(re.escape, pattern.split("*"))), re.IGNORECASE)
