"""All resource types that the rehearsal has: a new one is a file in its namespace's folder and a line here."""

from rehearsal.arm.authorization.role_assignments import RoleAssignments
from rehearsal.arm.authorization.role_definitions import RoleDefinitions
from rehearsal.arm.container_instance.container_groups import ContainerGroups
from rehearsal.arm.container_registry.registries import Registries
from rehearsal.arm.insights.components import Components
from rehearsal.arm.managed_identity.user_assigned_identities import UserAssignedIdentities
from rehearsal.arm.network.subnets import Subnets
from rehearsal.arm.network.virtual_networks import VirtualNetworks
from rehearsal.arm.operational_insights.workspaces import Workspaces
from rehearsal.arm.resources.resource_groups import ResourceGroups
from rehearsal.core.resource_type import ResourceType

# In the order in which a start brings them back to life: registries before what pulls from them.
TYPES: tuple[type[ResourceType], ...] = (
    ResourceGroups,
    UserAssignedIdentities,
    RoleDefinitions,
    RoleAssignments,
    Registries,
    Workspaces,
    Components,
    VirtualNetworks,
    Subnets,
    ContainerGroups,
)


def all_types() -> list[ResourceType]:
    """One of each."""
    return [one() for one in TYPES]
