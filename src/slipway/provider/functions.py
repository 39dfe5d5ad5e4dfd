"""What the provider's functions answer."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from slipway.provider.errors import InvalidInputs
from slipway.resources import cluster_lookup, published_versions, pull_wait, workspace_lookup
from slipway.resources.cluster_lookup import GetClusterArgs
from slipway.resources.published_versions import GetVersionsArgs
from slipway.resources.pull_wait import WaitForPullArgs
from slipway.resources.workspace_lookup import GetWorkspaceArgs
from slipway.rules.cluster_capacity import LEAST

if TYPE_CHECKING:
    from slipway.cloud.workspace import Place
    from slipway.registry.images import ImageStore
    from slipway.registry.models import ModelStore


@dataclass(frozen=True)
class Function:
    """A function's arguments, what it does with them, and which parts of its answer are secret."""

    args: type
    ask: Callable[[Mapping[str, Any]], Mapping[str, Any]]
    secret: frozenset[str] = frozenset()


def _get_workspace(given: Mapping[str, Any]) -> Mapping[str, Any]:
    # A preview that uses no workspace of others never pays for these.
    from slipway.cloud.workspace import read_workspace

    return asdict(read_workspace(_place(given)))


def _get_cluster(given: Mapping[str, Any]) -> Mapping[str, Any]:
    from slipway.cloud.cluster import ClusterPlace, read_cluster
    from slipway.cloud.credential import subscription_id

    subscription = given.get("subscription_id") or subscription_id()
    place = ClusterPlace(subscription, given["resource_group"], given["name"])
    purpose: Any = given.get("purpose") or "production"
    if purpose not in LEAST:
        raise InvalidInputs(
            {"purpose": f"purpose must be one of {', '.join(LEAST)}, got {purpose!r}"}
        )
    return asdict(read_cluster(place, registry_id=given["registry_id"], purpose=purpose))


def _get_versions(given: Mapping[str, Any]) -> Mapping[str, Any]:
    from slipway.cloud.workspace import find_registry
    from slipway.registry.client import shared_client

    server = find_registry(_place(given))
    registry = shared_client(server) if server else None
    return {
        "registry": server or "",
        "models": _versions(registry.models if registry else None, given["models"]),
        "images": _versions(registry.images if registry else None, given["images"]),
    }


def _versions(
    store: "ModelStore | ImageStore | None", names: Sequence[str]
) -> Mapping[str, Sequence[int]]:
    """Those of each name; where one has none, also those of all others, of which it may be a misspelling."""
    from slipway.registry.errors import RegistryError

    if store is None:
        return {name: [] for name in names}
    found = {name: store.versions(name) for name in names}
    if all(found.values()):
        return found
    try:
        return {**store.versions_of_all(), **found}
    except RegistryError:  # not everybody who may read versions may list names
        return found


def _wait_for_pull(given: Mapping[str, Any]) -> Mapping[str, Any]:
    from slipway.provider.pull_wait import wait_for_pull

    return wait_for_pull(given)


def _place(given: Mapping[str, Any]) -> "Place":
    from slipway.cloud.credential import subscription_id
    from slipway.cloud.workspace import Place
    from slipway.rules.workspace_names import WorkspaceNames

    subscription = given.get("subscription_id") or subscription_id()
    return Place(subscription, given["resource_group"], WorkspaceNames.of(given["name"]))


FUNCTIONS: Mapping[str, Function] = {
    cluster_lookup.TOKEN: Function(GetClusterArgs, _get_cluster),
    published_versions.TOKEN: Function(GetVersionsArgs, _get_versions),
    workspace_lookup.TOKEN: Function(
        GetWorkspaceArgs,
        _get_workspace,
        secret=frozenset({"log_key", "insights_connection_string"}),
    ),
    pull_wait.TOKEN: Function(WaitForPullArgs, _wait_for_pull),
}
