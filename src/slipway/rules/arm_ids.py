"""ARM ids that users give."""

import re

from slipway.rules.pattern import Pattern

SUBNET_ID = Pattern(
    r"/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\.Network"
    r"/virtualNetworks/[^/]+/subnets/[^/]+",
    "the ARM id of a subnet (/subscriptions/…/virtualNetworks/…/subnets/…)",
    ignore_case=True,
)

RESOURCE_GROUP_ID = Pattern(
    r"/subscriptions/[^/]+/resourceGroups/[^/]+",
    "the ARM id of a resource group (/subscriptions/…/resourceGroups/…)",
    ignore_case=True,
)


def _in_group(kind: str, what: str) -> Pattern:
    return Pattern(
        rf"/subscriptions/[^/]+/resourceGroups/[^/]+/providers/{re.escape(kind)}/[^/]+",
        f"the ARM id of {what} (/subscriptions/…/{kind}/…)",
        ignore_case=True,
    )


CLUSTER_ID = _in_group("Microsoft.ContainerService/managedClusters", "an AKS cluster")
HUB_ID = _in_group("Microsoft.Devices/IotHubs", "an IoT hub")
PROVISIONING_ID = _in_group("Microsoft.Devices/provisioningServices", "a provisioning service")


def last_segment(identifier: str) -> str:
    """The name at the end of an ARM id."""
    return identifier.rstrip("/").rpartition("/")[2]


def subscription(identifier: str) -> str:
    """The subscription of an ARM id."""
    return identifier.split("/")[2]
