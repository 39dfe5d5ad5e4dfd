"""Microsoft.Resources/resourceGroups."""

import re
from typing import Any

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

    def show(self, resource: Resource, world: World) -> dict[str, Any]:
        """Resource groups have no system data and no ETag."""
        found = resource.document()
        return {key: value for key, value in found.items() if key not in ("systemData", "etag")}
