"""A cluster of Azure Kubernetes Service, made once for a workspace and used by many services.

To use one that exists, declare none: it is only read, never changed (stacks/cluster.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import pulumi
import pulumi_azure_native as azure

from components.arguments import require_known, without_secrets
from components.cluster import settings_of
from components.cluster.kubeconfig import kubeconfig_of
from components.cluster.names import ClusterNames
from components.cluster.options import ClusterOptions
from components.cluster.pools import declare_pools
from components.cluster.roles import ClusterRoles
from components.cluster.timeouts import TIMEOUTS
from components.errors import InvalidArgs
from slipway.resources.cluster_guard import ClusterGuard, ClusterGuardArgs
from slipway.resources.cluster_settings import FixedClusterSettings, FixedClusterSettingsArgs
from slipway.rules import cluster_capacity, kubernetes_versions
from slipway.rules.fields import refusals
from slipway.rules.physical_names import physical_name

TYPE = "slipway:index:AksCluster"


@dataclass(frozen=True, kw_only=True)
class AksClusterArgs(ClusterOptions):
    """What an `AksCluster` is built from."""

    location: pulumi.Input[str]
    """Azure region of the cluster."""
    base_name: str
    """First part of every physical name: that of the workspace, which has one cluster."""
    resource_group: pulumi.Input[str]
    """Name of the resource group."""
    registry_id: pulumi.Input[str]
    """ARM id of the registry from which its machines may pull."""
    log_workspace_resource_id: pulumi.Input[str] | None = None
    """ARM id of the Log Analytics workspace, for `container_insights`."""

    def __post_init__(self) -> None:
        require_known(self)
        problems = {**self.conflicts(), **refusals(self)}
        if not physical_name(self.base_name):
            problems["base_name"] = f"must contain a letter or a digit, got {self.base_name!r}"
        if self.container_insights and self.log_workspace_resource_id is None:
            problems["container_insights"] = "needs log_workspace_resource_id, which was not given"
        if problems:
            raise InvalidArgs("AksClusterArgs", problems)


class AksCluster(pulumi.ComponentResource):
    """A cluster with a pool for itself and pools for scoring services, which may pull from the workspace's registry."""

    cluster_id: pulumi.Output[str]
    """ARM id of the cluster."""
    cluster_name: pulumi.Output[str]
    """Its name in Azure."""
    resource_group: pulumi.Output[str]
    """Name of its resource group."""
    location: pulumi.Output[str]
    """Azure region of the cluster."""
    kubeconfig: pulumi.Output[str]
    """What leads to it, a secret. Known once the pools are there and the roles stand, so that whatever uses it is
    created after them."""
    oidc_issuer: pulumi.Output[str]
    """Issuer of its service accounts' tokens, for workload identity."""
    kubelet_object_id: pulumi.Output[str]
    """Object id of the identity with which its machines pull images."""
    load_balancer: pulumi.Output[str]
    """Whether services get public or internal addresses."""
    load_balancer_subnet: pulumi.Output[str]
    """Name of the subnet of internal addresses; empty where they are in that of the machines."""
    managed_cluster: "azure.containerservice.ManagedCluster"
    """The resource itself: what is in the cluster goes with it (`deleted_with`)."""

    def __init__(
        self, name: str, args: AksClusterArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__(TYPE, name, None, opts)
        args = without_secrets(args)
        self._tell(args)
        names = ClusterNames.of(args.base_name)
        identity = self._identity(f"{name}-identity", args, names)
        roles = ClusterRoles(self, name, args.base_name)
        before = [self._fixed(f"{name}-fixed", args, names), *roles.on_subnets(args, identity)]
        cluster = self._cluster(name, args, names, identity, before)
        pools = declare_pools(self, name, args, args.resource_group, cluster)
        windows = self._maintenance(name, args, cluster)
        kubelet = cluster.identity_profile.apply(
            lambda profile: (profile or {})["kubeletidentity"].object_id or ""
        )
        granted = [
            roles.may_pull(args.registry_id, kubelet),
            *roles.of_administrators(args, cluster.id),
        ]
        self._monitor(name, args, names, cluster)
        self._guard(name, args, names, cluster, [*pools, *windows, *granted])

        self.managed_cluster = cluster
        self.cluster_id = cluster.id
        self.cluster_name = cluster.name
        self.resource_group = pulumi.Output.from_input(args.resource_group)
        self.location = pulumi.Output.from_input(args.location)
        self.kubeconfig = kubeconfig_of(
            args.resource_group, cluster.name, after=[*pools, *granted], parent=self
        )
        self.oidc_issuer = cluster.oidc_issuer_profile.apply(
            lambda profile: profile.issuer_url or "" if profile else ""
        )
        self.kubelet_object_id = kubelet
        self.load_balancer = pulumi.Output.from_input(args.load_balancer)
        self.load_balancer_subnet = pulumi.Output.from_input(args.load_balancer_subnet or "")
        self.register_outputs(
            {
                "cluster_id": self.cluster_id,
                "cluster_name": self.cluster_name,
                "resource_group": self.resource_group,
                "location": self.location,
                "kubeconfig": self.kubeconfig,
                "oidc_issuer": self.oidc_issuer,
                "kubelet_object_id": self.kubelet_object_id,
                "load_balancer": self.load_balancer,
                "load_balancer_subnet": self.load_balancer_subnet,
            }
        )

    def _tell(self, args: AksClusterArgs) -> None:
        today = datetime.now(UTC).date()
        if why := kubernetes_versions.warning(args.kubernetes_version, today):
            pulumi.log.warn(f"kubernetes_version: {why}", self)
        if args.purpose == "production" and cluster_capacity.only_accelerated(args.capacity()):
            pulumi.log.info(f"pools: {cluster_capacity.EXEMPT}", self)

    def _identity(
        self, name: str, args: AksClusterArgs, names: ClusterNames
    ) -> "azure.managedidentity.UserAssignedIdentity":
        # One that Azure makes would be known only with the cluster, which needs its rights on a subnet before.
        return azure.managedidentity.UserAssignedIdentity(
            name,
            resource_group_name=args.resource_group,
            resource_name_=names.identity,
            location=args.location,
            tags=args.tags or None,
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _cluster(
        self,
        name: str,
        args: AksClusterArgs,
        names: ClusterNames,
        identity: "azure.managedidentity.UserAssignedIdentity",
        after: Sequence[pulumi.Resource],
    ) -> "azure.containerservice.ManagedCluster":
        own: azure.containerservice.ManagedClusterIdentityArgsDict = {
            "type": azure.containerservice.ResourceIdentityType.USER_ASSIGNED,
            "user_assigned_identities": [identity.id],
        }
        return azure.containerservice.ManagedCluster(
            name,
            resource_group_name=args.resource_group,
            resource_name_=names.cluster,
            location=args.location,
            dns_prefix=names.dns_prefix,
            kubernetes_version=args.kubernetes_version,
            sku={"name": "Base", "tier": "Standard" if args.purpose == "production" else "Free"},
            identity=own,
            enable_rbac=True,
            aad_profile={"managed": True, "enable_azure_rbac": True},
            # Its certificate would be a password for everything that nobody can take back.
            disable_local_accounts=True,
            oidc_issuer_profile={"enabled": True},
            security_profile=settings_of.security(args),
            agent_pool_profiles=[settings_of.system_pool(args)],
            network_profile=settings_of.network_profile(args),
            api_server_access_profile=settings_of.api_server(args),
            auto_upgrade_profile=settings_of.upgrades(args),
            addon_profiles=self._addons(args),
            azure_monitor_profile={"metrics": {"enabled": args.managed_prometheus}},
            workload_auto_scaler_profile={"keda": {"enabled": args.keda}},
            tags=args.tags or None,
            opts=pulumi.ResourceOptions(
                parent=self,
                protect=args.protected or None,
                # What would replace it is refused before; and Azure looks for roles on the subnet when it makes the
                # machines.
                depends_on=after,
                # "A new agent pool was introduced ...": none is added, renamed or resized through the cluster, and a
                # changed list puts all pools into Scaling (pulumi-azure-native#579, #4264).
                ignore_changes=["agentPoolProfiles"],
                # The name stays reserved until the old cluster is gone.
                delete_before_replace=True,
                custom_timeouts=TIMEOUTS,
            ),
        )

    def _addons(
        self, args: AksClusterArgs
    ) -> "dict[str, azure.containerservice.ManagedClusterAddonProfileArgsDict]":
        if not args.container_insights or args.log_workspace_resource_id is None:
            return {"omsagent": {"enabled": False}}
        config: dict[str, pulumi.Input[str]] = {
            "logAnalyticsWorkspaceResourceID": args.log_workspace_resource_id,
            "useAADAuth": "true",
        }
        return {"omsagent": {"enabled": True, "config": config}}

    def _maintenance(
        self, name: str, args: AksClusterArgs, cluster: "azure.containerservice.ManagedCluster"
    ) -> "list[azure.containerservice.MaintenanceConfiguration]":
        return [
            azure.containerservice.MaintenanceConfiguration(
                f"{name}-{config}",
                resource_group_name=args.resource_group,
                resource_name_=cluster.name,
                config_name=config,
                maintenance_window=window,
                opts=pulumi.ResourceOptions(parent=self, protect=False, deleted_with=cluster),
            )
            for config, window in settings_of.maintenance_windows(args).items()
        ]

    def _monitor(
        self,
        name: str,
        args: AksClusterArgs,
        names: ClusterNames,
        cluster: "azure.containerservice.ManagedCluster",
    ) -> None:
        if not (args.container_insights or args.managed_prometheus):
            return
        # azure-native's module of monitoring takes a second to load.
        from components.cluster.monitoring import Monitored, collect_logs, collect_metrics

        monitored = Monitored(
            parent=self,
            name=name,
            names=names,
            resource_group=args.resource_group,
            location=args.location,
            cluster_id=cluster.id,
        )
        if args.container_insights and args.log_workspace_resource_id is not None:
            collect_logs(monitored, args.log_workspace_resource_id)
        if args.managed_prometheus:
            collect_metrics(monitored)

    def _fixed(self, name: str, args: AksClusterArgs, names: ClusterNames) -> FixedClusterSettings:
        return FixedClusterSettings(
            name,
            FixedClusterSettingsArgs(
                cluster_name=names.cluster,
                stack=pulumi.get_stack(),
                protect=args.protected,
                values={
                    "base_name": args.base_name,
                    "location": args.location,
                    "resource_group": args.resource_group,
                    **settings_of.fixed(args),
                },
            ),
            pulumi.ResourceOptions(parent=self, protect=False),
        )

    def _guard(
        self,
        name: str,
        args: AksClusterArgs,
        names: ClusterNames,
        cluster: "azure.containerservice.ManagedCluster",
        parts: Sequence[pulumi.Resource],
    ) -> None:
        ClusterGuard(
            f"{name}-guard",
            ClusterGuardArgs(
                cluster_id=cluster.id,
                cluster_name=names.cluster,
                stack=pulumi.get_stack(),
                protect=args.protected,
            ),
            # Made after everything else of the cluster, it is deleted before.
            pulumi.ResourceOptions(parent=self, protect=False, depends_on=[cluster, *parts]),
        )
