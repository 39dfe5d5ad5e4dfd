"""How long until a role that was assigned a moment ago counts everywhere in Azure."""

from datetime import UTC, datetime

from slipway.cloud.arm_client import ArmClient
from slipway.cloud.arm_ids import TYPES
from slipway.cloud.role_assignments import assigned_to

ROLE_DELAY_SECONDS = 600
"""Azure's own word (Troubleshoot Azure RBAC): up to ten minutes."""

_IDENTITY = "azure-native:managedidentity:UserAssignedIdentity"


def seconds_left(identity_id: str) -> float | None:
    """Seconds until the youngest role of a managed identity must count, 0 or less where it has to already.

    None where no role of it is found: a list may be as late as the role. Raises CloudError.
    """
    client = ArmClient()
    identity = client.get(identity_id, TYPES[_IDENTITY].api_version)
    if identity is None:
        return None
    subscription = "/".join(identity_id.split("/")[:3])
    made = [
        datetime.fromisoformat(one["createdOn"])
        for one in assigned_to(client, subscription, identity["properties"]["principalId"])
    ]
    if not made:
        return None
    return ROLE_DELAY_SECONDS - (datetime.now(UTC) - max(made)).total_seconds()
