"""Who may do what for a cluster, and in it."""

from typing import TYPE_CHECKING

import pulumi
import pulumi_azure_native as azure

from components.cluster.options import ClusterOptions
from slipway.rules.physical_names import assignment_name
from slipway.rules.roles import (
    ACR_PULL,
    CLUSTER_ADMIN,
    CLUSTER_USER,
    NETWORK_CONTRIBUTOR,
    role_at,
)

if TYPE_CHECKING:
    from pulumi_azure_native.authorization import RoleAssignment
    from pulumi_azure_native.managedidentity import UserAssignedIdentity


class ClusterRoles:
    """Declares a cluster's role assignments as parts of its component."""

    def __init__(self, parent: pulumi.Resource, name: str, base_name: str) -> None:
        self._parent, self._name, self._base_name = parent, name, base_name

    def on_subnets(
        self, options: ClusterOptions, identity: "UserAssignedIdentity"
    ) -> "list[RoleAssignment]":
        """The cluster's identity joins machines and load balancers to subnets of your own."""
        if options.subnet_id is None:
            return []
        subnets = {"subnet": pulumi.Output.from_input(options.subnet_id)}
        if options.load_balancer_subnet is not None:
            subnet = options.load_balancer_subnet
            subnets["load-balancer-subnet"] = subnets["subnet"].apply(
                lambda subnet_id: f"{subnet_id.rpartition('/')[0]}/{subnet}"
            )
        return [
            self._assignment(what, scope, identity.principal_id, NETWORK_CONTRIBUTOR)
            for what, scope in subnets.items()
        ]

    def may_pull(
        self, registry_id: pulumi.Input[str], kubelet: pulumi.Input[str]
    ) -> "RoleAssignment":
        """The machines pull, and so their identity's object id; neither the cluster's identity nor a client id would
        do."""
        return self._assignment("may-pull", registry_id, kubelet, ACR_PULL)

    def of_administrators(
        self, options: ClusterOptions, cluster_id: pulumi.Input[str]
    ) -> "list[RoleAssignment]":
        """With local accounts off nobody has a right in the cluster but by a role."""
        return [
            self._assignment(f"{what}-{who}", cluster_id, who, role, kind)
            for who, kind in options.administrators.items()
            for what, role in (("user", CLUSTER_USER), ("admin", CLUSTER_ADMIN))
        ]

    def _assignment(
        self,
        what: str,
        scope: pulumi.Input[str],
        principal_id: pulumi.Input[str],
        role: str,
        kind: str = "ServicePrincipal",
    ) -> "RoleAssignment":
        return azure.authorization.RoleAssignment(
            f"{self._name}-{what}",
            role_assignment_name=assignment_name(self._base_name, "cluster", what, role),
            scope=scope,
            principal_id=principal_id,
            # The SDK would send "User"; and an identity of a moment ago is not looked up when its kind is given.
            principal_type=kind,
            role_definition_id=pulumi.Output.from_input(scope).apply(
                lambda known: role_at(role, known)
            ),
            opts=pulumi.ResourceOptions(
                parent=self._parent,
                protect=False,
                # Azure changes nothing of an assignment; the provider would try for the role.
                replace_on_changes=["role_definition_id"],
                # The GUID stays reserved until the old assignment is gone.
                delete_before_replace=True,
            ),
        )
