"""ARM ids that users give."""

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


def last_segment(identifier: str) -> str:
    """The name at the end of an ARM id."""
    return identifier.rstrip("/").rpartition("/")[2]


def subscription(identifier: str) -> str:
    """The subscription of an ARM id."""
    return identifier.split("/")[2]
