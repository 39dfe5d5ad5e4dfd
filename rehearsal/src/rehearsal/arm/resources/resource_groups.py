"""Microsoft.Resources/resourceGroups."""

import json
import re
import uuid
from collections.abc import Mapping
from typing import Any

from rehearsal.arm import api_versions
from rehearsal.core import ids
from rehearsal.core.errors import ArmError
from rehearsal.core.native_form import GROUP, TRACKED, NativeForm
from rehearsal.core.resource import Resource
from rehearsal.core.resource_type import Accepted, Put, ResourceType
from rehearsal.core.type_names import RESOURCE_GROUP
from rehearsal.core.world import World

_NAME = re.compile(r"[-\w._()]{0,89}[-\w_()]")


class ResourceGroups(ResourceType):
    """Deleting one deletes what is in it, the newest first (the core does that for all that lies below)."""

    type = RESOURCE_GROUP
    api_versions = api_versions.RESOURCE_GROUPS
    role_type = "Microsoft.Resources/subscriptions/resourceGroups"
    native = NativeForm(
        type="azure-native:resources:ResourceGroup",
        path=GROUP,
        api_version="2024-03-01",
        name="resourceGroupName",
        outside=TRACKED | {"managedBy"},
        replaces=frozenset({"location"}),
        lengths={"resourceGroupName": (1, 90)},
        patterns={"resourceGroupName": r"^[-\w\._\(\)]+$"},
    )

    def accept(self, put: Put, world: World) -> Accepted:
        """Names have 1 to 90 letters, digits, `-_.()` and end without a dot."""
        if not _NAME.fullmatch(put.id.name):
            raise ArmError(
                400,
                "InvalidResourceGroup",
                f"The provided resource group name '{put.id.name}' has these invalid characters or length: "
                "the name has 1 to 90 alphanumeric characters, '-', '_', '(', ')', '.', and cannot end with '.'.",
            )
        return Accepted(body={**put.body, "properties": {}})

    def blocked(self, resource: Resource, refusals: Mapping[str, ArmError]) -> ArmError:
        """What could be deleted is gone, as in Azure; the group and the rest stay."""
        # A part of something that stays is not named beside it.
        places = [one for one in map(ids.parse, refusals) if one.parent not in refusals]
        return ArmError(
            409,
            "ResourceGroupDeletionBlocked",
            f"Deletion of resource group '{resource.id.name}' failed as resources with identifiers "
            f"'{','.join(f'{one.type}/{one.full_name}' for one in places)}' could not be deleted. The provisioning "
            f"state of the resource group will be rolled back. The tracking Id is '{uuid.uuid4()}'. Please check "
            "audit logs for more details.",
            [
                {
                    "code": None,
                    "target": one.text,
                    "message": json.dumps(refusals[one.text].body()),
                }
                for one in places
            ],
        )

    def show(self, resource: Resource, world: World) -> dict[str, Any]:
        """Resource groups have no system data and no ETag."""
        found = resource.document()
        return {key: value for key, value in found.items() if key not in ("systemData", "etag")}
