"""What stands before a workspace when it is to be destroyed."""

from dataclasses import dataclass

import pulumi

from slipway.resources.wire import properties

TYPE = "slipway:index:WorkspaceGuard"


@dataclass(frozen=True, kw_only=True)
class WorkspaceGuardArgs:
    """Which workspace, and whose."""

    login_server: pulumi.Input[str]
    """Host of the workspace's registry."""
    stack: pulumi.Input[str]
    """Short name of the stack that makes the workspace, whose own services do not count."""
    refuse: pulumi.Input[bool] = True
    """Whether a destruction is refused."""


class WorkspaceGuard(pulumi.CustomResource):
    """Refuses its own deletion while others use the registry, naming them.

    What it depends on is deleted after it, so that a refused destruction has taken nothing yet. What may go before must
    depend on it. It exists in the stack only, so it cannot be imported.
    """

    def __init__(
        self, name: str, args: WorkspaceGuardArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__(TYPE, name, properties(args, WorkspaceGuard), opts)
