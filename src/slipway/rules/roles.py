"""Azure's built-in roles, by the ids that they have in every cloud."""

ACR_PULL = "7f951dda-4ed3-4680-a7ca-43fe172d538d"
"""AcrPull: may pull from a registry, and nothing else."""

MAY_PULL = {
    ACR_PULL: "AcrPull",
    "8311e382-0749-4cb8-b61a-304f252e45ec": "AcrPush",
    "b93aa761-3e63-49ed-ac28-beffa264f7ac": "Container Registry Repository Reader",
    "2a1e307c-b015-4ebd-883e-5b7698a07328": "Container Registry Repository Writer",
    "acdd72a7-3385-48ef-bd42-f606fba81ae7": "Reader",
    "b24988ac-6180-42a0-ab88-20f7382dd24c": "Contributor",
    "8e3af657-a8ff-443c-a75c-2fe8c4bcb635": "Owner",
}
"""Roles whose holder may pull from a registry."""

NETWORK_CONTRIBUTOR = "4d97b98b-1d4f-4787-a291-c67834d212e7"
"""Network Contributor: on its subnet, what a cluster needs for machines and load balancers."""
CLUSTER_USER = "4abbcc35-e782-43d8-92c5-2d3f1bd2253f"
"""Azure Kubernetes Service Cluster User Role: may ask for a kubeconfig."""
CLUSTER_ADMIN = "b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b"
"""Azure Kubernetes Service RBAC Cluster Admin: may do everything in the cluster."""


def role_at(role: str, scope: str) -> str:
    """Id of a role in the subscription of a scope."""
    subscription = "/".join(scope.split("/")[:3])
    return f"{subscription}/providers/Microsoft.Authorization/roleDefinitions/{role}"


def acr_pull_at(registry_id: str) -> str:
    """Id of the role AcrPull in the registry's own subscription."""
    return role_at(ACR_PULL, registry_id)
