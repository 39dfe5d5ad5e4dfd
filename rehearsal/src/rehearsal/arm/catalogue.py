"""All resource types that the rehearsal has."""

from rehearsal.arm.container_groups import ContainerGroups
from rehearsal.arm.identities import UserAssignedIdentities
from rehearsal.arm.insights import Components
from rehearsal.arm.networks import VirtualNetworks
from rehearsal.arm.registries import Registries
from rehearsal.arm.resource_groups import ResourceGroups
from rehearsal.arm.role_assignments import RoleAssignments
from rehearsal.arm.subnets import Subnets
from rehearsal.arm.workspaces import Workspaces
from rehearsal.core.resource_type import ResourceType


def all_types() -> list[ResourceType]:
    """In the order in which a start brings them to life: registries before what pulls from them."""
    return [
        ResourceGroups(),
        UserAssignedIdentities(),
        RoleAssignments(),
        Registries(),
        Workspaces(),
        Components(),
        VirtualNetworks(),
        Subnets(),
        ContainerGroups(),
    ]
