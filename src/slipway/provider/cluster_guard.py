"""ClusterGuard: a protected cluster is neither destroyed nor replaced before that is allowed."""

from collections.abc import Iterable, Mapping
from typing import Any

from slipway.provider.errors import Refused
from slipway.provider.handler import Created, Handler, Properties, differing
from slipway.resources.cluster_guard import ClusterGuardArgs


class ClusterGuardHandler(Handler):
    """There is nothing of it but its properties."""

    args = ClusterGuardArgs
    no_import = "A ClusterGuard cannot be imported: it exists in a stack only. Declare it."

    def changed(self, state: Properties, inputs: Properties) -> list[str]:
        """Whatever is given. Raises Refused for a change that would replace a protected cluster."""
        changed = differing(
            state, inputs, ("cluster_id", "cluster_name", "stack", "fixed", "protect")
        )
        reasons = _differences(state["fixed"], inputs["fixed"]) if state.get("protect") else []
        if "cluster_id" in changed and reasons:
            name, stack = state["cluster_name"], state["stack"]
            raise Refused(_REPLACED.format(name, "; ".join(reasons)) + _WAY.format(stack))
        return changed

    def replaces(self, changed: Iterable[str]) -> list[str]:
        """Another cluster: the engine deletes the guard of the one that goes before that, and so asks it."""
        return [name for name in changed if name == "cluster_id"]

    def create(self, name: str, inputs: Properties) -> Created:
        """Note what it guards."""
        return Created(name, inputs)

    def update(self, _state: Properties, inputs: Properties) -> Properties:
        """Note what it guards from now on."""
        return inputs

    def delete(self, state: Properties) -> None:
        """Raises Refused with the two commands that allow it."""
        if state.get("protect"):
            raise Refused(_KEPT.format(state["cluster_name"]) + _WAY.format(state["stack"]))


def _differences(before: Mapping[str, Any], now: Any) -> list[str]:
    if not isinstance(now, Mapping):
        return []
    return [
        f"{name} would change from {before.get(name) or 'nothing'} to {now.get(name) or 'nothing'}"
        for name in sorted({*before, *now})
        if before.get(name) != now.get(name)
    ]


_KEPT = (
    "The cluster {} is protected: nothing of it was destroyed. It is not replaced either; where an update was to do "
    "that, its preview names the argument. "
)
_REPLACED = "The cluster {} is protected, and Azure could only replace it: nothing was changed. {}. Take that back. "
_WAY = (
    "To allow it all the same: `pulumi config set --stack {0} --path slipway:cluster.protect false` (in programs the "
    "AksCluster's protect), `pulumi up --stack {0}` with nothing else changed, and again"
)
