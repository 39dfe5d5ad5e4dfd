"""What the provider's functions answer."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from slipway.resources import workspace_lookup
from slipway.resources.workspace_lookup import GetWorkspaceArgs


@dataclass(frozen=True)
class Function:
    """A function's arguments, what it does with them, and which parts of its answer are secret."""

    args: type
    ask: Callable[[Mapping[str, Any]], Mapping[str, Any]]
    secret: frozenset[str] = frozenset()


def _get_workspace(given: Mapping[str, Any]) -> Mapping[str, Any]:
    # A preview that uses no workspace of others never pays for these.
    from slipway.cloud.credential import subscription_id
    from slipway.cloud.workspace import Place, read_workspace
    from slipway.rules.workspace_names import WorkspaceNames

    subscription = given.get("subscription_id") or subscription_id()
    names = WorkspaceNames.of(given["name"])
    return asdict(read_workspace(Place(subscription, given["resource_group"], names)))


FUNCTIONS: Mapping[str, Function] = {
    workspace_lookup.TOKEN: Function(
        GetWorkspaceArgs,
        _get_workspace,
        secret=frozenset({"log_key", "insights_connection_string"}),
    ),
}
