"""ClusterGuard: a protected cluster is not destroyed before that is allowed."""

from collections.abc import Iterable

from slipway.provider.errors import Refused
from slipway.provider.handler import Created, Handler, Properties, differing
from slipway.resources.cluster_guard import ClusterGuardArgs


class ClusterGuardHandler(Handler):
    """There is nothing of it but its properties."""

    args = ClusterGuardArgs
    no_import = "A ClusterGuard cannot be imported: it exists in a stack only. Declare it."

    def changed(self, state: Properties, inputs: Properties) -> list[str]:
        """Whatever is given."""
        return differing(state, inputs, ("cluster_id", "cluster_name", "stack", "protect"))

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
            raise Refused(
                f"The cluster {state['cluster_name']} is protected: nothing of it was destroyed. "
                f"{way_to_allow(state['stack'])}"
            )


def way_to_allow(stack: str) -> str:
    """The two commands that lift a cluster's protection."""
    return (
        f"To allow it all the same: `pulumi config set --stack {stack} --path slipway:cluster.protect false` (in "
        f"programs the AksCluster's protect), `pulumi up --stack {stack}` with nothing else changed, and again"
    )
