"""The container registries of the subscription."""

from slipway.cloud.arm_client import ArmClient
from slipway.cloud.credential import subscription_id

_API_VERSION = "2023-07-01"


def registries() -> dict[str, str]:
    """Name -> login server of all registries that the caller may see, sorted. Raises CloudError."""
    path = f"/subscriptions/{subscription_id()}/providers/Microsoft.ContainerRegistry/registries"
    found = ArmClient().pages(path, _API_VERSION)
    return dict(sorted((one["name"], one["properties"]["loginServer"]) for one in found))
