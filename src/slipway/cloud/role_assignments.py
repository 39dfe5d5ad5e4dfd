"""Which roles somebody has somewhere."""

from slipway.cloud.arm_client import ArmClient

_API_VERSION = "2022-04-01"


def roles_at(client: ArmClient, scope: str, principal_id: str) -> set[str]:
    """Ids (GUIDs) of the roles that a principal has at a scope: given there, above it, or to a group it is in.

    Raises CloudError.
    """
    # atScope() leaves out the assignments of child scopes, which give no right to the whole.
    listed = client.pages(
        f"{scope}/providers/Microsoft.Authorization/roleAssignments",
        _API_VERSION,
        {"$filter": f"atScope() and assignedTo('{principal_id}')"},
    )
    return {one["properties"]["roleDefinitionId"].rpartition("/")[2].lower() for one in listed}
