"""What stands before a protected cluster when it is to be destroyed."""

from dataclasses import dataclass

import pulumi

from slipway.resources.wire import properties

TYPE = "slipway:index:ClusterGuard"


@dataclass(frozen=True, kw_only=True)
class ClusterGuardArgs:
    """Which cluster, and whose."""

    cluster_id: pulumi.Input[str]
    """ARM id of the cluster."""
    cluster_name: pulumi.Input[str]
    """Its name."""
    stack: pulumi.Input[str]
    """Short name of the stack that makes the cluster."""
    protect: pulumi.Input[bool] = True
    """Whether a destruction is refused."""


class ClusterGuard(pulumi.CustomResource):
    """Refuses its own deletion while the cluster is protected.

    What it depends on is deleted after it, so that a refused destruction has taken nothing yet: of a resource that is
    protected the engine learns only when its turn comes, after everything that depends on it is gone
    (pulumi/pulumi#6191). It exists in the stack only, so it cannot be imported.
    """

    def __init__(
        self, name: str, args: ClusterGuardArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__(TYPE, name, properties(args, ClusterGuard), opts)
