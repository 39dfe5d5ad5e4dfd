"""What is wrong with a workspace."""

from tests.stacks.refusals.words import SUBNET, USED, Cases

CASES: Cases = {
    "a workspace's name with capitals": (
        {"slipway:workspace/name": "MyTeam"},
        {
            "slipway:workspace.name": "must be 1-30 lower-case letters, digits or hyphens, with no hyphen "
            "at either end, got 'MyTeam'"
        },
    ),
    "a service tier that does not exist": (
        {"slipway:workspace/registrySku": "Free"},
        {"slipway:workspace.registrySku": "must be 'Basic', 'Standard' or 'Premium', got 'Free'"},
    ),
    "logs kept too long": (
        {"slipway:workspace/logRetentionDays": "1000"},
        {"slipway:workspace.logRetentionDays": "must be 30 to 730, got 1000"},
    ),
    "an unknown setting of the workspace": (
        {"slipway:workspace/zone": 1},
        {
            "slipway:workspace.zone": "is not a setting; known here: applicationInsights, existing, "
            "logRetentionDays, name, protect, refuseWhileUsed, registrySku, tags"
        },
    ),
    "existing beside other settings": (
        {"slipway:workspace": {**USED, "registrySku": "Basic", "tags": {"a": "b"}}},
        {
            "slipway:workspace.registrySku": "must not be given beside existing: what is used is never "
            "changed; set it in the stack that creates it",
            "slipway:workspace.tags": "must not be given beside existing",
        },
    ),
    "existing in two ways": (
        {
            "slipway:workspace/existing": {
                **USED["existing"],
                "id": "/subscriptions/s/resourceGroups/g",
            }
        },
        {
            "slipway:workspace.existing": "must have exactly one of stack, id, or resourceGroup with name, "
            "got stack and id"
        },
    ),
    "existing in no way": (
        {"slipway:workspace/existing": {}},
        {
            "slipway:workspace.existing": "must have exactly one of stack, id, or resourceGroup with name, "
            "got nothing"
        },
    ),
    "existing in half a way": (
        {"slipway:workspace/existing": {"resourceGroup": "g"}},
        {
            "slipway:workspace.existing": "must have exactly one of stack, id, or resourceGroup with name, "
            "got resourceGroup"
        },
    ),
    "a stack's short name": (
        {"slipway:workspace/existing": {"stack": "platform"}},
        {
            "slipway:workspace.existing.stack": "must be organization/project/stack, such as "
            "organization/slipway/platform, got 'platform'"
        },
    ),
    "the stack itself": (
        {"slipway:workspace/existing": {"stack": "organization/project/test"}},
        {
            "slipway:workspace.existing.stack": "must be another stack than this one, "
            "got 'organization/project/test'"
        },
    ),
    "the id of something else": (
        {"slipway:workspace/existing": {"id": SUBNET}},
        {"slipway:workspace.existing.id": "must be the ARM id of a resource group"},
    ),
    "a way that only clusters have": (
        {"slipway:workspace/existing": {"kubeconfig": "x", "context": "y"}},
        {
            "slipway:workspace.existing.kubeconfig": "is not a setting; known here: id, name, "
            "resourceGroup, stack",
            "slipway:workspace.existing.context": "is not a setting",
        },
    ),
    "a resource group without an existing workspace": (
        {"slipway:resourceGroup": "mine"},
        {"slipway:resourceGroup": "has no effect without slipway:workspace.existing, got 'mine'"},
    ),
    "the workspace's own resource group": (
        {
            "slipway:workspace/existing": {"id": "/subscriptions/s/resourceGroups/team-platform"},
            "slipway:resourceGroup": "Team-Platform",
        },
        {
            "slipway:resourceGroup": "must not be the workspace's own resource group, got 'Team-Platform'"
        },
    ),
    "a resource group's name that ends with a dot": (
        {"slipway:workspace": USED, "slipway:resourceGroup": "mine."},
        {"slipway:resourceGroup": "must be 1-90 letters, digits, hyphens, underscores"},
    ),
}
