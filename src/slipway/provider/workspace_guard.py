"""WorkspaceGuard: looks for users of a registry before its workspace is destroyed."""

from collections.abc import Iterable

from slipway.provider.engine_log import LOG
from slipway.provider.errors import Refused
from slipway.provider.handler import Created, Handler, Properties, differing
from slipway.resources.workspace_guard import WorkspaceGuardArgs


class WorkspaceGuardHandler(Handler):
    """There is nothing of it but its properties."""

    args = WorkspaceGuardArgs
    no_import = "A WorkspaceGuard cannot be imported: it exists in a stack only. Declare it."

    def changed(self, state: Properties, inputs: Properties) -> list[str]:
        """Whatever is given."""
        return differing(state, inputs, ("login_server", "stack", "refuse"))

    def replaces(self, changed: Iterable[str]) -> list[str]:
        """Another registry: the engine deletes the guard of the one that goes before that, and so asks it."""
        return [name for name in changed if name == "login_server"]

    def create(self, name: str, inputs: Properties) -> Created:
        """Note what it guards."""
        return Created(name, inputs)

    def update(self, _state: Properties, inputs: Properties) -> Properties:
        """Note what it guards from now on."""
        return inputs

    def delete(self, state: Properties) -> None:
        """Raises Refused with the users, what was searched, and what could not be."""
        if not state.get("refuse"):
            return
        from slipway.project.uses import Registry, uses_of

        server = state["login_server"]
        found = uses_of(Registry(server), but=state["stack"])
        if found.users:
            first, way = _FIRST.format(server, state["stack"]), _WAY.format(state["stack"])
            raise Refused("\n".join([first, *found.told(), way]))
        if found.unsearched:
            LOG.warning("\n".join([_UNSURE.format(server), *found.told()]))


_FIRST = (
    "The registry {} of this workspace is in use: nothing of the workspace was destroyed. "
    "Services that this stack runs itself are gone before: `pulumi up --stack {}` brings them back."
)
_UNSURE = "Nobody was found who uses the registry {}, but not every place could be searched:"
_WAY = (
    "  Destroy these first. To destroy the workspace all the same: `pulumi config set --stack {0} --path "
    "slipway:workspace.refuseWhileUsed false` (in programs the Workspace's refuseWhileUsed), `pulumi up --stack {0}`, "
    "and again"
)
