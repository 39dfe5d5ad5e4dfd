"""A workspace that another stack made, read from Azure: only used, never changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi

from slipway.resources.asking import ask

TOKEN = "slipway:index:getWorkspace"  # noqa: S105 - a function's name
_SECRET = frozenset({"logKey", "insightsConnectionString"})


@dataclass(frozen=True, kw_only=True)
class GetWorkspaceArgs:
    """Where the workspace is."""

    resource_group: pulumi.Input[str]
    """Name of its resource group."""
    name: pulumi.Input[str]
    """Base name of the workspace: first part of the names of all that is in it."""
    subscription_id: pulumi.Input[str] | None = None
    """Subscription of the resource group; the caller's own where it is not given."""


@dataclass(frozen=True, kw_only=True)
class FoundWorkspace:
    """What services need to know of a workspace; in a preview unknown only where the arguments are."""

    name: pulumi.Output[str]
    """Its base name."""
    id: pulumi.Output[str]
    """ARM id of its resource group."""
    resource_group: pulumi.Output[str]
    """Name of its resource group."""
    location: pulumi.Output[str]
    """Azure region of the resource group."""
    login_server: pulumi.Output[str]
    """Host of the registry."""
    registry_id: pulumi.Output[str]
    """ARM id of the registry."""
    pull_identity_id: pulumi.Output[str]
    """ARM id of the identity that may pull from the registry."""
    pull_identity_principal_id: pulumi.Output[str]
    """Entra's object id of that identity, to which roles are given."""
    log_customer_id: pulumi.Output[str]
    """GUID of the Log Analytics workspace, not its ARM id."""
    log_key: pulumi.Output[str]
    """Primary shared key of the Log Analytics workspace, a secret."""
    insights_connection_string: pulumi.Output[str]
    """Connection string of Application Insights, a secret; empty where there is none."""


def get_workspace_output(
    *,
    resource_group: pulumi.Input[str],
    name: pulumi.Input[str],
    subscription_id: pulumi.Input[str] | None = None,
    opts: pulumi.InvokeOptions | None = None,
) -> FoundWorkspace:
    """Look a workspace up.

    Refuses, as a `pulumi.RunError` of one sentence, a workspace that is not there and one whose identity may not
    pull from its registry.
    """
    args = GetWorkspaceArgs(
        resource_group=resource_group, name=name, subscription_id=subscription_id
    )
    found: pulumi.Output[Mapping[str, Any]] = pulumi.Output.from_input(ask(TOKEN, args, opts))

    def part(key: str) -> pulumi.Output[str]:
        value: pulumi.Output[str] = found.apply(lambda facts: facts[key])
        # The SDK knows only that there are secrets in the answer, and would hide all of it.
        return pulumi.Output.secret(value) if key in _SECRET else pulumi.Output.unsecret(value)

    return FoundWorkspace(
        name=part("name"),
        id=part("id"),
        resource_group=part("resourceGroup"),
        location=part("location"),
        login_server=part("loginServer"),
        registry_id=part("registryId"),
        pull_identity_id=part("pullIdentityId"),
        pull_identity_principal_id=part("pullIdentityPrincipalId"),
        log_customer_id=part("logCustomerId"),
        log_key=part("logKey"),
        insights_connection_string=part("insightsConnectionString"),
    )
