"""The container groups of the subscription, and the images that they run."""

from slipway.cloud.arm_client import ArmClient
from slipway.cloud.credential import subscription_id

_API_VERSION = "2023-05-01"


def images_of_groups() -> dict[str, list[str]]:
    """ARM id of each group -> its containers' images, as they are named there. Raises CloudError."""
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
