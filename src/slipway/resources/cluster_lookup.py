"""A cluster that exists, read from Azure: only used, never changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi

from slipway.resources.asking import ask

TOKEN = "slipway:index:getCluster"  # noqa: S105 - a function's name


@dataclass(frozen=True, kw_only=True)
class GetClusterArgs:
    """Where the cluster is, and what it is for."""

    resource_group: pulumi.Input[str]
    """Name of its resource group."""
    name: pulumi.Input[str]
    """Name of the cluster."""
    registry_id: pulumi.Input[str]
    """ARM id of the registry from which its machines pull."""
    purpose: pulumi.Input[str] = "production"
    """production or dev-test: how much capacity it must have."""
    subscription_id: pulumi.Input[str] | None = None
    """Subscription of the resource group; the caller's own where it is not given."""


@dataclass(frozen=True, kw_only=True)
class FoundCluster:
    """What services need to know of a cluster; in a preview unknown only where the arguments are."""

    id: pulumi.Output[str]
    """ARM id of the cluster."""
    name: pulumi.Output[str]
    """Its name."""
    resource_group: pulumi.Output[str]
    """Name of its resource group."""
    location: pulumi.Output[str]
    """Azure region of the cluster."""
    kubernetes_version: pulumi.Output[str]
    """Version that it runs now."""
    oidc_issuer: pulumi.Output[str]
    """Issuer of its service accounts' tokens; empty where it has none."""
    kubelet_object_id: pulumi.Output[str]
    """Object id of the identity with which its machines pull images."""


def get_cluster_output(
    args: GetClusterArgs, opts: pulumi.InvokeOptions | None = None
) -> FoundCluster:
    """Look a cluster up.

    Refuses, as a `pulumi.RunError`, a cluster that is not there, one that is too small for its purpose, and one whose
    machines may not pull from the registry.
    """
    found: pulumi.Output[Mapping[str, Any]] = pulumi.Output.from_input(ask(TOKEN, args, opts))

    def part(key: str) -> pulumi.Output[str]:
        value: pulumi.Output[str] = found.apply(lambda facts: facts[key])
        return value

    return FoundCluster(
        id=part("id"),
        name=part("name"),
        resource_group=part("resourceGroup"),
        location=part("location"),
        kubernetes_version=part("kubernetesVersion"),
        oidc_issuer=part("oidcIssuer"),
        kubelet_object_id=part("kubeletObjectId"),
    )
