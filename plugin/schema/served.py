"""What the plug-in serves beside the components (`plugin.table`), and what of all this is secret."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from slipway.resources import cluster_lookup, published_versions, pull_wait, workspace_lookup
from slipway.resources.cluster_guard import ClusterGuard
from slipway.resources.cluster_settings import FixedClusterSettings
from slipway.resources.image_lookup import ImageLookup
from slipway.resources.image_version import ImageVersion
from slipway.resources.model_lookup import ModelLookup
from slipway.resources.model_version import ModelVersion
from slipway.resources.service_keys import ServiceKeys
from slipway.resources.smoke_test import SmokeTest
from slipway.resources.workspace_guard import WorkspaceGuard

RESOURCES: tuple[type[pulumi.CustomResource], ...] = (
    ClusterGuard,
    FixedClusterSettings,
    ImageLookup,
    ImageVersion,
    ModelLookup,
    ModelVersion,
    ServiceKeys,
    SmokeTest,
    WorkspaceGuard,
)


@dataclass(frozen=True)
class Function:
    """A function of the provider."""

    args: type
    result: type
    docstring: str


FUNCTIONS: Mapping[str, Function] = {
    cluster_lookup.TOKEN: Function(
        cluster_lookup.GetClusterArgs,
        cluster_lookup.FoundCluster,
        cluster_lookup.get_cluster_output.__doc__ or "",
    ),
    published_versions.TOKEN: Function(
        published_versions.GetVersionsArgs,
        published_versions.FoundVersions,
        published_versions.get_versions_output.__doc__ or "",
    ),
    workspace_lookup.TOKEN: Function(
        workspace_lookup.GetWorkspaceArgs,
        workspace_lookup.FoundWorkspace,
        workspace_lookup.get_workspace_output.__doc__ or "",
    ),
    pull_wait.TOKEN: Function(
        pull_wait.WaitForPullArgs,
        pull_wait.PullWait,
        pull_wait.wait_for_pull.__doc__ or "",
    ),
}

# By the name of the class. Annotations cannot say it: the SDK reads those of resources, and knows no
# mark for a secret.
SECRETS: Mapping[str, frozenset[str]] = {
    "AciService": frozenset({"primary_key", "secondary_key"}),
    "AciServiceArgs": frozenset(
        {"primary_key", "secondary_key", "insights_connection_string", "secret_environment"}
    ),
    "FoundWorkspace": frozenset({"log_key", "insights_connection_string"}),
    "LogTarget": frozenset({"workspace_key"}),
    "ServiceKeys": frozenset({"primary_key", "secondary_key"}),
    "SmokeTestArgs": frozenset({"key"}),
    "TlsMaterial": frozenset({"key"}),
    "Workspace": frozenset({"log_workspace_key", "insights_connection_string"}),
}
