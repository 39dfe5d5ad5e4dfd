"""Which roles somebody has somewhere."""

from collections.abc import Iterator
from typing import Any

from slipway.cloud.arm_client import ArmClient

_API_VERSION = "2022-04-01"


def roles_at(client: ArmClient, scope: str, principal_id: str) -> set[str]:
    """Ids (GUIDs) of the roles that a principal has at a scope: given there, above it, or to a group it is in.

    Raises CloudError.
    """
    # atScope() leaves out the assignments of child scopes, which give no right to the whole.
    listed = _assignments(client, scope, f"atScope() and assignedTo('{principal_id}')")
    return {one["roleDefinitionId"].rpartition("/")[2].lower() for one in listed}


def assigned_to(
    client: ArmClient, subscription: str, principal_id: str
) -> Iterator[dict[str, Any]]:
    """Properties of all assignments to a principal in a subscription (`/subscriptions/...`). Raises CloudError."""
    return _assignments(client, subscription, f"principalId eq '{principal_id}'")


def _assignments(client: ArmClient, scope: str, those: str) -> Iterator[dict[str, Any]]:
    listed = client.pages(
        f"{scope}/providers/Microsoft.Authorization/roleAssignments",
        _API_VERSION,
        {"$filter": those},
    )
    return (one["properties"] for one in listed)
