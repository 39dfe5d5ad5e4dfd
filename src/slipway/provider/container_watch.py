"""What Azure knows about a container that does not answer: is it dead, and what did it print?"""

from typing import TYPE_CHECKING

from slipway.rules.scoring_container import EXIT_INIT_FAILED

if TYPE_CHECKING:
    from azure.mgmt.containerinstance import ContainerInstanceManagementClient
    from azure.mgmt.containerinstance.models import ContainerPropertiesInstanceView

# One restart may be a hiccup of the host; the second one of the same container is its own doing.
_RESTARTS_OF_A_BROKEN_CONTAINER = 2


def _verdict(view: "ContainerPropertiesInstanceView") -> str | None:
    from slipway.cloud.container_instances import failed_its_health_check

    current, previous = view.current_state, view.previous_state
    # While it runs it may still answer: what it left with before may be another image's doing.
    if current is None or current.state == "Running":
        return None
    codes = {state.exit_code for state in (current, previous) if state is not None}
    if EXIT_INIT_FAILED in codes:
        return "init() of the entry script failed (exit code 3)"
    if (view.restart_count or 0) < _RESTARTS_OF_A_BROKEN_CONTAINER:
        return None
    shown = ", ".join(str(code) for code in sorted(codes - {None})) or "unknown"
    told = f"its container was restarted {view.restart_count} times (exit code {shown})"
    if failed_its_health_check(view):
        told += (
            ", as its health check failed: where init() needs longer than the service's startupSeconds, "
            "increase these"
        )
    return told


class ContainerWatch:
    """Reads the state and the log of one container, through Microsoft's own client."""

    def __init__(self, resource_group: str, group: str, container: str) -> None:
        self._place = (resource_group, group, container)
        self._client: ContainerInstanceManagementClient | None = None

    def broken(self) -> str | None:
        """Why waiting for the container is of no use, or None while it may still start."""
        view = self._view()
        return _verdict(view) if view is not None else None

    def run(self) -> int | None:
        """Which of its runs is under way, counted from 0; None while none is, or where Azure does not tell."""
        view = self._view()
        current = view.current_state if view is not None else None
        if view is None or current is None or current.state != "Running":
            return None
        return view.restart_count or 0

    def _view(self) -> "ContainerPropertiesInstanceView | None":
        from azure.core.exceptions import AzureError

        from slipway.cloud.errors import CloudError

        resource_group, group, container = self._place
        try:
            found = self._connected().container_groups.get(resource_group, group)
        except (AzureError, CloudError):
            return None  # the deadline decides; a control plane that hiccups proves nothing
        return next(
            (each.instance_view for each in found.containers if each.name == container), None
        )

    def log(self, tail: int) -> str:
        """The last lines that the container printed, or a sentence why they cannot be had."""
        from azure.core.exceptions import AzureError

        from slipway.cloud.errors import CloudError, first_line

        try:
            found = self._connected().containers.list_logs(*self._place, tail=tail)
        except (AzureError, CloudError) as error:
            return f"(its log could not be read: {first_line(error)})"
        return (found.content or "").strip() or "(its log is empty)"

    def _connected(self) -> "ContainerInstanceManagementClient":
        from slipway.cloud.container_instances import container_instances

        if self._client is None:
            self._client = container_instances(patient=False)  # its caller has a deadline
        return self._client
