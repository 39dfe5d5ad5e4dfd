"""The container registries of the subscription."""

from collections.abc import Iterator

from slipway.cloud.arm_client import ArmClient
from slipway.cloud.credential import subscription_id

_API_VERSION = "2023-07-01"
_LIST_SUBSCRIPTIONS = "2022-12-01"


def registries() -> dict[str, str]:
    """Name -> login server of all registries that the caller may see, sorted. Raises CloudError."""
    return dict(sorted(_registries(ArmClient(), f"/subscriptions/{subscription_id()}")))


def exists(login_server: str) -> bool:
    """Whether any subscription that the caller may see has a registry with this login server. Raises CloudError."""
    client = ArmClient()
    return any(
        server.lower() == login_server.lower()
        for subscription in client.pages("/subscriptions", _LIST_SUBSCRIPTIONS)
        for _, server in _registries(client, subscription["id"])
    )


def _registries(client: ArmClient, subscription: str) -> Iterator[tuple[str, str]]:
    """Name and login server of each."""
    path = f"{subscription}/providers/Microsoft.ContainerRegistry/registries"
    for one in client.pages(path, _API_VERSION):
        # One that is just being created has no login server yet.
        yield one["name"], one["properties"].get("loginServer") or ""
