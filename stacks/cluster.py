"""The cluster of a stack: created by it, or only used. Nothing calls this before the target `aks` is there."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pulumi

from components.aks_cluster import AksCluster, AksClusterArgs
from components.cluster.kubeconfig import kubeconfig_of
from components.cluster_provider import cluster_provider
from components.cluster_wiring import ClusterWiring
from slipway import outputs
from slipway.resources.cluster_lookup import FoundCluster, GetClusterArgs, get_cluster_output
from slipway.rules.kubernetes_versions import warning
from stacks.cluster_place import KEY, place_of
from stacks.refusals import in_settings
from stacks.settings.cluster import ClusterSettings, ExistingCluster
from stacks.settings.service import ServiceCluster


@dataclass(frozen=True, kw_only=True)
class ClusterOwner:
    """What a cluster needs to know of its stack's workspace."""

    location: str
    base_name: str
    """Of the workspace: first part of the cluster's name."""
    resource_group: pulumi.Input[str]
    registry_id: pulumi.Input[str]
    log_workspace_resource_id: pulumi.Input[str] | None = None


@dataclass(frozen=True, kw_only=True)
class DeclaredCluster:
    """The stack's cluster, before anything is in it."""

    wiring: ClusterWiring
    export: dict[str, Any]
    made: pulumi.Resource | None = None
    """It itself, where this stack makes it."""

    def for_services(self) -> ServiceCluster:
        """The same with a provider for what is in it, which a stack without services there does not need."""
        options = pulumi.ResourceOptions(deleted_with=self.made)
        provider = cluster_provider("cluster", self.wiring, options)
        return ServiceCluster(wiring=self.wiring, provider=provider, made=self.made)


def declare(settings: ClusterSettings, owner: ClusterOwner) -> DeclaredCluster:
    """Create the cluster, look it up, or take what leads to it."""
    existing = settings.existing
    if existing is None:
        return _created(settings, owner)
    if existing.kubeconfig is not None:
        return _by_kubeconfig(existing)
    return _used(settings, existing, owner)


def _created(settings: ClusterSettings, owner: ClusterOwner) -> DeclaredCluster:
    with in_settings(KEY):
        made = AksCluster("cluster", AksClusterArgs(**vars(owner), **settings.arguments()))
    return DeclaredCluster(
        wiring=ClusterWiring(
            kubeconfig=made.kubeconfig,
            identifier=made.cluster_id,
            oidc_issuer=made.oidc_issuer,
        ),
        export=outputs.exported(
            outputs.ClusterOutput,
            name=made.cluster_name,
            id=made.cluster_id,
            resource_group=made.resource_group,
            location=made.location,
            load_balancer=made.load_balancer,
            load_balancer_subnet=made.load_balancer_subnet,
        ),
        made=made.managed_cluster,
    )


def _used(
    settings: ClusterSettings, existing: ExistingCluster, owner: ClusterOwner
) -> DeclaredCluster:
    place = place_of(existing)
    found = get_cluster_output(
        GetClusterArgs(
            resource_group=place.resource_group,
            name=place.name,
            subscription_id=place.subscription_id,
            registry_id=owner.registry_id,
            purpose=settings.arguments()["purpose"],
        )
    )
    found.kubernetes_version.apply(_tell)
    return DeclaredCluster(
        wiring=ClusterWiring(
            kubeconfig=kubeconfig_of(found.resource_group, found.name),
            identifier=found.id,
            oidc_issuer=found.oidc_issuer,
        ),
        export={**_export_of(found), **place.exported},
    )


def _tell(version: str) -> None:
    if why := warning(version, datetime.now(UTC).date()):
        pulumi.log.warn(f"{KEY}.existing: {why}")


def _export_of(found: FoundCluster) -> dict[str, Any]:
    return outputs.exported(
        outputs.ClusterOutput,
        name=found.name,
        id=found.id,
        resource_group=found.resource_group,
        location=found.location,
    )


def _by_kubeconfig(existing: ExistingCluster) -> DeclaredCluster:
    assert existing.kubeconfig is not None  # noqa: S101 - the caller looked
    context = existing.context or ""
    return DeclaredCluster(
        wiring=ClusterWiring(
            kubeconfig=pulumi.Output.secret(existing.kubeconfig.read_text(encoding="utf-8")),
            context=context,
            identifier=context,
        ),
        export=outputs.exported(outputs.ClusterOutput, name=context),
    )
