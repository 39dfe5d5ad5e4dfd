"""Microsoft.Authorization/roleDefinitions: the built-in roles, to be read."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from rehearsal.arm import api_versions
from rehearsal.core import ids
from rehearsal.core.errors import ArmError
from rehearsal.core.ids import ResourceId
from rehearsal.core.resource import Resource
from rehearsal.core.resource_type import Accepted, Put, ResourceType
from rehearsal.core.roles import ROLES, Role
from rehearsal.core.type_names import ROLE_DEFINITION
from rehearsal.core.world import World

_FILTER = re.compile(
    r"(?:(?P<key>roleName|type) eq '(?P<value>[^']*)'|atScopeAndBelow\(\))?", re.IGNORECASE
)
_MADE = "2015-02-02T21:55:09.8806423Z"  # as all of them say


class RoleDefinitions(ResourceType):
    """Nobody makes them: they are there at every scope."""

    type = ROLE_DEFINITION
    api_versions = api_versions.ROLE_DEFINITIONS
    tracked = False
    extends = True

    def accept(self, put: Put, world: World) -> Accepted:
        """Roles of one's own are not there."""
        raise ArmError(
            501,
            "NotSupportedByRehearsal",
            "The rehearsal does not have custom roles (Azure does).",
        )

    def built_in(self, resource_id: ResourceId, world: World) -> Resource | None:
        """The role of that GUID."""
        role = ROLES.get(resource_id.name.lower())
        return _resource(resource_id, role) if role else None

    def show(self, resource: Resource, world: World) -> dict[str, Any]:
        """As this type has it: nothing beside `properties`."""
        found = resource.document()
        del found["properties"]["provisioningState"]
        return {key: found[key] for key in ("id", "name", "type", "properties")}

    def search(self, scope: str, query: Mapping[str, str], world: World) -> Sequence[Resource]:
        """All of them, or those of a name or kind."""
        given = query.get("$filter", "").strip()
        match = _FILTER.fullmatch(given)
        if match is None:
            raise ArmError(
                400,
                "UnsupportedQuery",
                f"The filter '{given}' is not supported. Supported filters are 'roleName eq '{{value}}'', "
                "'type eq '{value}'' and 'atScopeAndBelow()'.",
            )
        wanted = {(match["key"] or "").lower(): (match["value"] or "").lower()}
        return [
            _resource(ids.parse(f"{scope}/providers/{ROLE_DEFINITION}/{guid}"), role)
            for guid, role in ROLES.items()
            if wanted.get("rolename", role.name.lower()) == role.name.lower()
            and wanted.get("type", "builtinrole") == "builtinrole"
        ]


def _resource(resource_id: ResourceId, role: Role) -> Resource:
    permissions = {
        "actions": list(role.actions),
        "notActions": list(role.excluded),
        "dataActions": list(role.data),
        "notDataActions": [],
    }
    properties = {
        "roleName": role.name,
        "type": "BuiltInRole",
        "description": role.description,
        "assignableScopes": ["/"],
        "permissions": [permissions],
        "createdOn": _MADE,
        "updatedOn": _MADE,
        "createdBy": None,
        "updatedBy": None,
    }
    return Resource(
        id=resource_id,
        body={"properties": properties},
        api_version="2022-04-01",
        created_at=_MADE,
        created_by="",
        modified_at=_MADE,
        modified_by="",
    )
