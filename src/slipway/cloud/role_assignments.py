"""Which roles somebody has somewhere."""

from slipway.cloud.arm_client import ArmClient

_API_VERSION = "2022-04-01"


def roles_at(client: ArmClient, scope: str, principal_id: str) -> set[str]:
    """Ids (GUIDs) of the roles that a principal has at a scope: given there, above it, or to a group it is in.

    Raises CloudError.
    """
    listed = client.pages(
        f"{scope}/providers/Microsoft.Authorization/roleAssignments",
        _API_VERSION,
        {"$filter": f"assignedTo('{principal_id}')"},
    )
    return {
        one["properties"]["roleDefinitionId"].rpartition("/")[2].lower()
        for one in listed
        # Azure lists those of child scopes too, which give no right to the whole.
        if _covers(one["properties"]["scope"], scope)
    }


def _covers(given: str, scope: str) -> bool:
    return f"{scope.lower()}/".startswith(f"{given.lower().rstrip('/')}/")
