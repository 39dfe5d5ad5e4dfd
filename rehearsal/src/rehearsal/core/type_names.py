"""Resource types that more than one room names, in Azure's spelling."""

RESOURCE_GROUP = "Microsoft.Resources/resourceGroups"
ROLE_ASSIGNMENT = "Microsoft.Authorization/roleAssignments"
ROLE_DEFINITION = "Microsoft.Authorization/roleDefinitions"
USER_ASSIGNED_IDENTITY = "Microsoft.ManagedIdentity/userAssignedIdentities"
REGISTRY = "Microsoft.ContainerRegistry/registries"
LOG_WORKSPACE = "Microsoft.OperationalInsights/workspaces"
CONTAINER_GROUP = "Microsoft.ContainerInstance/containerGroups"
