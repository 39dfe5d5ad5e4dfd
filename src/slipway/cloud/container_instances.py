"""Azure Container Instances: Microsoft's own client for the Azure that this is, and which images run there."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from slipway.cloud.credential import credential, subscription_id
from slipway.cloud.environment import discover

if TYPE_CHECKING:
    from azure.mgmt.containerinstance import ContainerInstanceManagementClient
    from azure.mgmt.containerinstance.models import ContainerPropertiesInstanceView, Event

_API_VERSION = "2023-05-01"


def container_instances(*, patient: bool = True) -> "ContainerInstanceManagementClient":
    """A client of the subscription; one that is not patient asks once. Raises CloudError."""
    # Loaded only when it is asked for: a second of imports.
    from azure.mgmt.containerinstance import ContainerInstanceManagementClient

    from slipway.cloud.retries import Retries

    environment = discover()
    return ContainerInstanceManagementClient(
        credential(),
        subscription_id(),
        base_url=environment.resource_manager,
        credential_scopes=[f"{environment.audience}/.default"],
        retry_policy=Retries() if patient else Retries(waits=()),
    )


def failed_its_health_check(view: "ContainerPropertiesInstanceView | None") -> bool:
    """Whether Azure's events say that a container was not alive: it is killed then, with the exit code of one that
    needed too much memory."""
    events: Iterable[Event] = (view.events if view else None) or ()
    return any("liveness" in (event.message or "").lower() for event in events)


def images_of_groups() -> dict[str, list[str]]:
    """ARM id of each group -> its containers' images, as they are named there. Raises CloudError."""
    from slipway.cloud.arm_client import ArmClient  # as above

    path = (
        f"/subscriptions/{subscription_id()}/providers/Microsoft.ContainerInstance/containerGroups"
    )
    return {
        group["id"]: [
            container["properties"]["image"]
            for kind in ("containers", "initContainers")
            for container in group["properties"].get(kind) or ()
            if "image" in container["properties"]
        ]
        for group in ArmClient().pages(path, _API_VERSION)
    }
