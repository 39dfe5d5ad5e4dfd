"""The workspace: where models and images are kept, and what services of many stacks share.

A resource group with a registry, the identity that services pull with, and a place for logs: what
an Azure ML workspace was to deployments, without the workspace.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Literal

import pulumi
import pulumi_azure_native as azure

from components.arguments import require_known, without_secrets
from components.errors import InvalidArgs
from slipway.resources.workspace_guard import WorkspaceGuard, WorkspaceGuardArgs
from slipway.rules.fields import refusals
from slipway.rules.physical_names import physical_name
from slipway.rules.ranges import Range
from slipway.rules.roles import acr_pull_at
from slipway.rules.tags import AZURE_TAGS
from slipway.rules.workspace_names import WorkspaceNames

TYPE = "slipway:index:Workspace"

# Registries and Log Analytics workspaces usually take seconds, and minutes on a bad day; the
# provider's own default is longer than anybody waits.
_TIMEOUTS = pulumi.CustomTimeouts(create="15m", update="15m", delete="15m")


@dataclass(frozen=True, kw_only=True)
class WorkspaceArgs:
    """What a `Workspace` is built from."""

    location: pulumi.Input[str]
    """Azure region of everything in it."""
    base_name: str
    """First part of every physical name. The registry's is made of it and a hash, and must be new
    among all registries of the cloud, so choose one that is your own."""
    registry_sku: Literal["Basic", "Standard", "Premium"] = "Basic"
    """Service tier of the registry."""
    protect: bool = False
    """Refuse to destroy anything in it: the registry holds all models and images, and other stacks may use it."""
    refuse_while_used: bool = True
    """Refuse to destroy it while other stacks of the project, or container groups of the subscription, use its
    registry."""
    log_retention_days: Annotated[int, Range(30, 730)] = 30
    """How many days Log Analytics keeps the services' output."""
    application_insights: bool = False
    """Create an Application Insights component, for the telemetry of services that ask for it."""
    tags: Annotated[pulumi.Input[Mapping[str, pulumi.Input[str]]], AZURE_TAGS] = field(
        default_factory=dict
    )
    """Azure tags of everything in the workspace."""

    def __post_init__(self) -> None:
        require_known(self)
        problems = refusals(self)
        if not physical_name(self.base_name):
            problems["base_name"] = f"must contain a letter or a digit, got {self.base_name!r}"
        if problems:
            raise InvalidArgs("WorkspaceArgs", problems)


class Workspace(pulumi.ComponentResource):
    """A resource group with everything that deployments of its models share."""

    base_name: pulumi.Output[str]
    """First part of its physical names."""
    resource_group_id: pulumi.Output[str]
    """ARM id of its resource group, by which other stacks use it."""
    resource_group_name: pulumi.Output[str]
    """Name of its resource group."""
    location: pulumi.Output[str]
    """Azure region of everything in it."""
    registry_id: pulumi.Output[str]
    """ARM id of the registry."""
    login_server: pulumi.Output[str]
    """Host of the registry; never composed from its name, which differs in sovereign clouds."""
    pull_identity_id: pulumi.Output[str]
    """ARM id of the identity that may pull. Known once the permission stands, so that whatever
    uses it is created after the role assignment; and deleted before the guard looks for users."""
    pull_identity_client_id: pulumi.Output[str]
    """Client id of that identity."""
    log_workspace_id: pulumi.Output[str]
    """GUID of the Log Analytics workspace (its `customer_id`), not its ARM id."""
    log_workspace_key: pulumi.Output[str]
    """Primary shared key of the Log Analytics workspace; a secret."""
    insights_connection_string: pulumi.Output[str | None]
    """Connection string of Application Insights, a secret; None where it was not asked for."""

    def __init__(
        self, name: str, args: WorkspaceArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        # What is in it inherits the protection; were it the registry's alone, a refused destruction would
        # take the pull identity and the logs first.
        protection = pulumi.ResourceOptions(protect=True) if args.protect else None
        super().__init__(TYPE, name, None, pulumi.ResourceOptions.merge(opts, protection))
        args = without_secrets(args)
        names = WorkspaceNames.of(args.base_name)
        group = self._resource_group(name, args, names)
        registry = self._registry(f"{name}-registry", args, names, group)
        identity = self._pull_identity(f"{name}-pull", args, names, group)
        may_pull = self._pull_permission(f"{name}-may-pull", names, registry, identity)
        logs = self._logs(f"{name}-logs", args, names, group)

        self.base_name = pulumi.Output.from_input(names.base_name)
        self.resource_group_id = group.id
        self.resource_group_name = group.name
        self.location = pulumi.Output.from_input(args.location)
        self.registry_id = registry.id
        self.login_server = registry.login_server
        self.pull_identity_client_id = identity.client_id
        self.log_workspace_id = logs.customer_id
        self.log_workspace_key = self._log_key(group, logs)
        insights = self._insights(f"{name}-insights", args, names, group, logs)
        self.insights_connection_string = (
            pulumi.Output.secret(insights.connection_string)
            if insights
            else pulumi.Output.from_input(None)
        )
        guard = self._guard(f"{name}-guard", args, registry, [may_pull, logs, insights])
        self.pull_identity_id = pulumi.Output.all(identity.id, guard.id).apply(lambda ids: ids[0])

        self.register_outputs(
            {
                "base_name": self.base_name,
                "resource_group_id": self.resource_group_id,
                "resource_group_name": self.resource_group_name,
                "location": self.location,
                "registry_id": self.registry_id,
                "login_server": self.login_server,
                "pull_identity_id": self.pull_identity_id,
                "pull_identity_client_id": self.pull_identity_client_id,
                "log_workspace_id": self.log_workspace_id,
                "log_workspace_key": self.log_workspace_key,
                "insights_connection_string": self.insights_connection_string,
            }
        )

    def _resource_group(
        self, name: str, args: WorkspaceArgs, names: WorkspaceNames
    ) -> "azure.resources.ResourceGroup":
        return azure.resources.ResourceGroup(
            name,
            resource_group_name=names.resource_group,
            location=args.location,
            tags=args.tags or None,
            opts=pulumi.ResourceOptions(parent=self, custom_timeouts=_TIMEOUTS),
        )

    def _registry(
        self,
        name: str,
        args: WorkspaceArgs,
        names: WorkspaceNames,
        group: "azure.resources.ResourceGroup",
    ) -> "azure.containerregistry.Registry":
        return azure.containerregistry.Registry(
            name,
            resource_group_name=group.name,
            registry_name=names.registry,
            location=args.location,
            sku={"name": args.registry_sku},
            # One shared password that pushes and pulls everything; identities take its place.
            admin_user_enabled=False,
            tags=args.tags or None,
            opts=pulumi.ResourceOptions(
                parent=self,
                # ACR cannot move between regions, and the provider would try an update.
                replace_on_changes=["location"],
                # The name stays reserved until the old registry is gone.
                delete_before_replace=True,
                custom_timeouts=_TIMEOUTS,
            ),
        )

    def _pull_identity(
        self,
        name: str,
        args: WorkspaceArgs,
        names: WorkspaceNames,
        group: "azure.resources.ResourceGroup",
    ) -> "azure.managedidentity.UserAssignedIdentity":
        # Keywords, not Args: UserAssignedIdentityArgs(resource_name=...) cannot be built in Python
        # (pulumi-azure-native#921).
        return azure.managedidentity.UserAssignedIdentity(
            name,
            resource_group_name=group.name,
            resource_name_=names.pull_identity,
            location=args.location,
            tags=args.tags or None,
            opts=pulumi.ResourceOptions(parent=self, custom_timeouts=_TIMEOUTS),
        )

    def _pull_permission(
        self,
        name: str,
        names: WorkspaceNames,
        registry: "azure.containerregistry.Registry",
        identity: "azure.managedidentity.UserAssignedIdentity",
    ) -> "azure.authorization.RoleAssignment":
        return azure.authorization.RoleAssignment(
            name,
            role_assignment_name=names.pull_assignment,
            scope=registry.id,
            principal_id=identity.principal_id,
            # The SDK would send "User"; said outright, Azure also does not look the principal up,
            # which fails for an identity that was made a moment ago.
            principal_type=azure.authorization.PrincipalType.SERVICE_PRINCIPAL,
            role_definition_id=registry.id.apply(acr_pull_at),
            opts=pulumi.ResourceOptions(
                parent=self,
                # Azure changes nothing of an assignment; the provider would try for the role.
                replace_on_changes=["role_definition_id"],
                # The GUID stays reserved until the old assignment is gone.
                delete_before_replace=True,
                custom_timeouts=_TIMEOUTS,
            ),
        )

    def _guard(
        self,
        name: str,
        args: WorkspaceArgs,
        registry: "azure.containerregistry.Registry",
        parts: Sequence[pulumi.Resource | None],
    ) -> WorkspaceGuard:
        return WorkspaceGuard(
            name,
            WorkspaceGuardArgs(
                login_server=registry.login_server,
                stack=pulumi.get_stack(),
                refuse=args.refuse_while_used,
            ),
            # Made after everything else of the workspace, it is deleted before.
            pulumi.ResourceOptions(parent=self, depends_on=[part for part in parts if part]),
        )

    def _logs(
        self,
        name: str,
        args: WorkspaceArgs,
        names: WorkspaceNames,
        group: "azure.resources.ResourceGroup",
    ) -> "azure.operationalinsights.Workspace":
        return azure.operationalinsights.Workspace(
            name,
            resource_group_name=group.name,
            workspace_name=names.logs,
            location=args.location,
            sku={"name": azure.operationalinsights.WorkspaceSkuNameEnum.PER_GB2018},
            retention_in_days=args.log_retention_days,
            tags=args.tags or None,
            opts=pulumi.ResourceOptions(parent=self, custom_timeouts=_TIMEOUTS),
        )

    def _log_key(
        self, group: "azure.resources.ResourceGroup", logs: "azure.operationalinsights.Workspace"
    ) -> pulumi.Output[str]:
        """The workspace's key. Fed with the resource's own name, so that a first preview, where
        there is no workspace to ask, does not ask."""
        keys = azure.operationalinsights.get_shared_keys_output(
            resource_group_name=group.name,
            workspace_name=logs.name,
            opts=pulumi.InvokeOutputOptions(parent=self),
        )
        return pulumi.Output.secret(keys.apply(lambda found: found.primary_shared_key or ""))

    def _insights(
        self,
        name: str,
        args: WorkspaceArgs,
        names: WorkspaceNames,
        group: "azure.resources.ResourceGroup",
        logs: "azure.operationalinsights.Workspace",
    ) -> "azure.applicationinsights.Component | None":
        if not args.application_insights:
            return None
        return azure.applicationinsights.Component(
            name,
            resource_group_name=group.name,
            resource_name_=names.insights,
            location=args.location,
            kind="web",
            application_type=azure.applicationinsights.ApplicationType.WEB,
            workspace_resource_id=logs.id,
            tags=args.tags or None,
            opts=pulumi.ResourceOptions(
                parent=self,
                # Anybody who has it can write telemetry.
                additional_secret_outputs=["connection_string", "instrumentation_key"],
                custom_timeouts=_TIMEOUTS,
            ),
        )
