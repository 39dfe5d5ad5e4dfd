"""The container registries of the subscription."""

from slipway.cloud.arm_client import ArmClient
from slipway.cloud.credential import subscription_id

_API_VERSION = "2023-07-01"


def login_servers() -> list[str]:
    """Login servers of all registries that the caller may see, sorted. Raises CloudError."""
    path = f"/subscriptions/{subscription_id()}/providers/Microsoft.ContainerRegistry/registries"
    registries = ArmClient().pages(path, _API_VERSION)
    return sorted(one["properties"]["loginServer"] for one in registries)
