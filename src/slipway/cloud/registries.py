"""The container registries of the subscription."""

from slipway.cloud.arm_client import ArmClient
from slipway.cloud.credential import subscription_id

_API_VERSION = "2023-07-01"
_MAX_PAGES = 100


def login_servers() -> list[str]:
    """Login servers of all registries that the caller may see, sorted. Raises CloudError."""
    client = ArmClient()
    path = f"/subscriptions/{subscription_id()}/providers/Microsoft.ContainerRegistry/registries"
    page = client.get(path, _API_VERSION)
    found: list[str] = []
    for _ in range(_MAX_PAGES):
        if page is None:
            break
        found += [one["properties"]["loginServer"] for one in page.get("value", [])]
        page = client.get(page["nextLink"]) if page.get("nextLink") else None
    return sorted(found)
