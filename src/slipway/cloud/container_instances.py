"""Microsoft's own client of Azure Container Instances, for the Azure that this is."""

from typing import TYPE_CHECKING

from slipway.cloud.credential import credential, subscription_id
from slipway.cloud.environment import discover

if TYPE_CHECKING:
    from azure.mgmt.containerinstance import ContainerInstanceManagementClient


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
