"""Microsoft.Authorization/roleAssignments."""

import re
import uuid
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from rehearsal.arm import api_versions
from rehearsal.core import ids
from rehearsal.core.bodies import Shape, Text
from rehearsal.core.errors import ArmError
from rehearsal.core.native_form import NativeForm
from rehearsal.core.resource import Resource
from rehearsal.core.resource_type import Accepted, Put, ResourceType
from rehearsal.core.roles import ROLES
from rehearsal.core.type_names import ROLE_ASSIGNMENT, USER_ASSIGNED_IDENTITY
from rehearsal.core.world import World

# What Azure takes as `$filter`; `atScope()` goes together with `assignedTo` and with nothing else.
_FILTERS = (
    re.compile(r"(?P<at>atScope\(\))?", re.IGNORECASE),
    re.compile(r"(?:(?P<at>atScope\(\)) and )?assignedTo\('(?P<who>[^']+)'\)", re.IGNORECASE),
    re.compile(r"principalId eq '(?P<who>[^']+)'", re.IGNORECASE),
)
_IDENTIFYING = ("principalId", "roleDefinitionId", "scope")


class RoleAssignments(ResourceType):
    """Decided at once, unlike in Azure, where it may take minutes until a role counts everywhere (`--azure-times`)."""

    type = ROLE_ASSIGNMENT
    api_versions = api_versions.ROLE_ASSIGNMENTS
    properties: ClassVar[Mapping[str, Shape]] = dict.fromkeys(
        ("principalId", "roleDefinitionId", "principalType", "scope", "description"), Text()
    )
    tracked = False
    extends = True
    native = NativeForm(
        type="azure-native:authorization:RoleAssignment",
        path="{scope}/providers/Microsoft.Authorization/roleAssignments/{roleAssignmentName}",
        api_version="2022-04-01",
        name="roleAssignmentName",
        outside=frozenset(),
        replaces=frozenset({"principalId"}),
        named_by_uuid=True,
    )

    def accept(self, put: Put, world: World) -> Accepted:
        """Refuses what Azure refuses: names that are no GUIDs, duplicates, unknown principals and roles."""
        _require_guid(put.id.name)
        given = put.body["properties"]
        _require(given, "principalId", "roleDefinitionId")
        _require_scope(put.id.scope, world)
        _require_role(given["roleDefinitionId"])
        _require_principal(given, world)
        properties = {
            **given,
            "principalType": given.get("principalType", "ServicePrincipal"),
            "scope": put.id.scope,
        }
        _refuse_change(put.existing, properties)
        _refuse_duplicate(put, properties, world)
        return Accepted(body={"properties": properties})

    def show(self, resource: Resource, world: World) -> dict[str, Any]:
        """With who made it and when, inside `properties` as this type has it."""
        found = resource.document()
        found["properties"] |= {
            "createdOn": resource.created_at,
            "updatedOn": resource.modified_at,
            "createdBy": world.identity.object_id,
            "updatedBy": world.identity.object_id,
        }
        del found["properties"]["provisioningState"]
        return found

    def search(self, scope: str, query: Mapping[str, str], world: World) -> Sequence[Resource]:
        """Those at, above and below the scope; with `atScope()` those below are left out."""
        wanted = _filter(query.get("$filter", ""))
        who = (wanted.get("who") or "").lower()
        return [
            one
            for one in world.store.list(ROLE_ASSIGNMENT)
            if _applies(one.properties["scope"], scope, below=not wanted.get("at"))
            and who in ("", one.properties["principalId"].lower())
        ]


def _filter(text: str) -> Mapping[str, str | None]:
    plain = " ".join(text.split())
    for pattern in _FILTERS:
        if match := pattern.fullmatch(plain):
            return match.groupdict()
    raise ArmError(
        400,
        "UnsupportedQuery",
        f"The filter '{text}' is not supported. Supported filters are either 'atScope()' or "
        "'principalId eq '{value}' or assignedTo('{value}')'.",
    )


def _applies(assigned: str, scope: str, *, below: bool) -> bool:
    return ids.under(scope, assigned) or (below and ids.under(assigned, scope))


def _require_guid(name: str) -> None:
    try:
        uuid.UUID(name)
    except ValueError:
        raise ArmError(
            400,
            "InvalidRoleAssignmentId",
            f"The role assignment ID '{name}' is not valid. The role assignment ID must be a GUID.",
        ) from None


def _require(given: Mapping[str, Any], *names: str) -> None:
    missing = [name for name in names if not isinstance(given.get(name), str) or not given[name]]
    if missing:
        raise ArmError(
            400,
            "BadRequestFormat",
            f"The request was incorrectly formatted: {', '.join(missing)} missing.",
        )


def _require_scope(scope: str, world: World) -> None:
    if scope.lower().count("/") > 2 and world.store.get(scope) is None:
        raise ArmError(
            404,
            "ResourceNotFound",
            f"The Resource '{scope}' was not found. For more details please go to "
            "https://aka.ms/ARMResourceNotFoundFix",
        )


def _require_role(role_definition_id: str) -> None:
    role = role_definition_id.rsplit("/", 1)[-1]
    if role.lower() not in ROLES:
        raise ArmError(
            400,
            "RoleDefinitionDoesNotExist",
            f"The specified role definition with ID '{role.replace('-', '')}' does not exist.",
        )


def _require_principal(given: Mapping[str, Any], world: World) -> None:
    principal = given["principalId"]
    # Who says what kind of principal it is, is spared the look into the directory's slower copies.
    slow = world.times.identity_seconds if not given.get("principalType") else 0
    if principal.lower() not in _directory(world, slow):
        raise ArmError(
            400,
            "PrincipalNotFound",
            f"Principal {principal.replace('-', '')} does not exist in the directory "
            f"{world.identity.tenant_id}. Check that you have the correct principal ID. If you are creating "
            "this principal and then immediately assigning a role, this error might be related to a replication "
            "delay. In this case, set the role assignment principalType property to a value, such as "
            "ServicePrincipal, User, or Group. See https://aka.ms/docs-principaltype",
        )
    asked = given.get("principalType", "ServicePrincipal")
    if asked != "ServicePrincipal":
        raise ArmError(
            400,
            "UnmatchedPrincipalType",
            f"The PrincipalId '{principal.replace('-', '')}' has type 'ServicePrincipal' , which is different "
            f"from specified PrinciaplType '{asked}'.",
        )


def _directory(world: World, age: float) -> set[str]:
    """Object ids of everybody of that age: the user, user-assigned identities and identities of resources."""
    found = {world.identity.object_id.lower()}
    for resource in world.store.list():
        if resource.id.type == USER_ASSIGNED_IDENTITY:
            own = resource.properties["principalId"]
        else:
            own = (resource.body.get("identity") or {}).get("principalId")
        if own and world.times.counts(resource, age):
            found.add(own.lower())
    return found


def _refuse_change(existing: Resource | None, properties: Mapping[str, Any]) -> None:
    if existing is None:
        return
    if any(existing.properties[name].lower() != properties[name].lower() for name in _IDENTIFYING):
        raise ArmError(
            400,
            "RoleAssignmentUpdateNotPermitted",
            "Tenant ID, application ID, principal ID, and scope are not allowed to be updated.",
        )


def _refuse_duplicate(put: Put, properties: Mapping[str, Any], world: World) -> None:
    for other in world.store.list(ROLE_ASSIGNMENT):
        same = all(
            _plain(name, other.properties[name]) == _plain(name, properties[name])
            for name in _IDENTIFYING
        )
        if same and other.id.key != put.id.key:
            raise ArmError(
                409,
                "RoleAssignmentExists",
                f"The role assignment already exists. The ID of the existing role assignment is "
                f"{other.id.name.replace('-', '')}.",
            )


def _plain(name: str, value: str) -> str:
    """A role is the same whatever scope its definition id is written with."""
    return value.rsplit("/", 1)[-1].lower() if name == "roleDefinitionId" else value.lower()
