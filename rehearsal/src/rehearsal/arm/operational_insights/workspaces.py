"""Microsoft.OperationalInsights/workspaces."""

import base64
import re
import secrets
import uuid
from collections.abc import Mapping
from typing import Any, ClassVar

from rehearsal.arm import api_versions
from rehearsal.arm.operational_insights import deleted
from rehearsal.core.bodies import Fields, Number, Shape, Text
from rehearsal.core.errors import ArmError
from rehearsal.core.native_form import GROUP, TRACKED, NativeForm
from rehearsal.core.resource import Resource, now
from rehearsal.core.resource_type import Accepted, Put, ResourceType
from rehearsal.core.type_names import LOG_WORKSPACE
from rehearsal.core.world import World

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{2,61}[A-Za-z0-9]")
_RETENTION = range(7, 731)


class Workspaces(ResourceType):
    """A Log Analytics workspace; nothing is sent to it here, its ids and keys are what others need."""

    type = LOG_WORKSPACE
    api_versions = api_versions.LOG_WORKSPACES
    properties: ClassVar[Mapping[str, Shape]] = {
        "retentionInDays": Number(whole=True),
        "sku": Fields({"name": Text()}),
    }
    actions: ClassVar[Mapping[str, str]] = {"sharedKeys": "POST", "regenerateSharedKey": "POST"}
    native = NativeForm(
        type="azure-native:operationalinsights:Workspace",
        path=f"{GROUP}/providers/Microsoft.OperationalInsights/workspaces/{{workspaceName}}",
        api_version="2023-09-01",
        name="workspaceName",
        outside=TRACKED | {"identity", "etag"},
        lengths={"workspaceName": (4, 63)},
        patterns={"workspaceName": r"^[A-Za-z0-9][A-Za-z0-9-]+[A-Za-z0-9]$"},
    )

    def accept(self, put: Put, world: World) -> Accepted:
        """The customer id and the keys stay through updates."""
        if not _NAME.fullmatch(put.id.name):
            raise ArmError(
                400,
                "InvalidResourceName",
                f"The workspace name '{put.id.name}' is invalid: it has 4 to 63 letters, digits and hyphens, "
                "with a letter or digit at both ends.",
            )
        given = put.body["properties"]
        days = int(given.get("retentionInDays", 30))
        if days not in _RETENTION:
            raise ArmError(
                400,
                "InvalidParameter",
                f"'RetentionInDays' property doesn't match the SKU limits: {days} days were asked for, 7 and 30 to "
                "730 are possible.",
            )
        back = None if put.existing else deleted.find(put.id, put.body["location"], world)
        kept = put.existing.properties if put.existing else back or {"createdDate": now()}
        properties = {
            "sku": {"name": "PerGB2018"},
            "publicNetworkAccessForIngestion": "Enabled",
            "publicNetworkAccessForQuery": "Enabled",
            **given,
            "retentionInDays": days,
            "customerId": kept.get("customerId") or str(uuid.uuid4()),
            "createdDate": kept["createdDate"],
            "modifiedDate": now(),
        }
        keys = {"keys": back["keys"] if back else [_key(), _key()]}
        private = put.existing.private if put.existing else keys
        return Accepted(body={**put.body, "properties": properties}, private=private)

    def remove(self, resource: Resource, world: World) -> None:
        """Softly, where Azure's times are taken."""
        deleted.keep(resource, world)

    def act(
        self, resource: Resource, action: str, body: Mapping[str, Any], world: World
    ) -> dict[str, Any]:
        """sharedKeys and regenerateSharedKey."""
        if action == "regenerateSharedKey":
            resource = world.store.change_private(resource, {"keys": [_key(), _key()]})
        elif action != "sharedKeys":
            raise self.unknown_action(action)
        first, second = resource.private["keys"]
        return {"primarySharedKey": first, "secondarySharedKey": second}


def _key() -> str:
    return base64.b64encode(secrets.token_bytes(64)).decode()
