"""Microsoft.ManagedIdentity/userAssignedIdentities."""

import re
import uuid

from rehearsal.arm import api_versions
from rehearsal.core.errors import ArmError
from rehearsal.core.native_form import GROUP, NativeForm
from rehearsal.core.resource_type import Accepted, Put, ResourceType
from rehearsal.core.type_names import USER_ASSIGNED_IDENTITY
from rehearsal.core.world import World

_NAME = re.compile(r"[a-zA-Z0-9][-_a-zA-Z0-9]{2,127}")


class UserAssignedIdentities(ResourceType):
    """A principal in the directory, for as long as the resource is there."""

    type = USER_ASSIGNED_IDENTITY
    api_versions = api_versions.IDENTITIES
    native = NativeForm(
        type="azure-native:managedidentity:UserAssignedIdentity",
        path=f"{GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/{{resourceName}}",
        api_version="2023-01-31",
        name="resourceName",
    )

    def accept(self, put: Put, world: World) -> Accepted:
        """The principal keeps its ids through updates."""
        if not _NAME.fullmatch(put.id.name):
            raise ArmError(
                400,
                "InvalidResourceName",
                f"The resource name '{put.id.name}' is invalid: it has 3 to 128 letters, digits, hyphens and "
                "underscores, and starts with a letter or digit.",
            )
        kept = put.existing.properties if put.existing else _principal(world)
        return Accepted(body={**put.body, "properties": dict(kept)})


def _principal(world: World) -> dict[str, str]:
    return {
        "principalId": str(uuid.uuid4()),
        "clientId": str(uuid.uuid4()),
        "tenantId": world.identity.tenant_id,
    }
