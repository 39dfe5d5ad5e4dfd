"""What ARM checks of every request before a resource type sees it."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from rehearsal.core import bodies, ids, locations
from rehearsal.core.bodies import TEXTS, Anything, Fields, MapOf, Shape, Text
from rehearsal.core.errors import ArmError
from rehearsal.core.ids import ResourceId
from rehearsal.core.resource import DELETING, Resource
from rehearsal.core.resource_type import ResourceType
from rehearsal.core.tokens import Principal
from rehearsal.core.type_names import RESOURCE_GROUP
from rehearsal.core.world import World

_API_VERSION = re.compile(r"\d{4}-\d{2}-\d{2}(-[a-z0-9]+)?", re.IGNORECASE)
MAX_TAGS = 50
_ENVELOPE: Mapping[str, Shape] = {
    **dict.fromkeys(("id", "name", "type", "location", "kind", "managedBy", "etag"), Text()),
    "tags": MapOf(Text()),
    "identity": Fields(
        {
            "type": Text(),
            "userAssignedIdentities": MapOf(MapOf(Anything())),
            "principalId": Text(),
            "tenantId": Text(),
        }
    ),
    "sku": Fields({"name": Text(), "tier": Text()}),
    "zones": TEXTS,
    "plan": Fields({}),
    "extendedLocation": Fields({"name": Text(), "type": Text()}),
    "systemData": Anything(),
}


def api_version(value: str | None) -> None:
    """Every request names the version that it speaks."""
    if not value:
        raise ArmError(
            400,
            "MissingApiVersionParameter",
            "The api-version query parameter (?api-version=) is required for all requests.",
        )
    if not _API_VERSION.fullmatch(value):
        raise ArmError(400, "InvalidApiVersionParameter", f"The api-version '{value}' is invalid.")


def subscription(resource_id: ResourceId, world: World) -> None:
    """There is one subscription here."""
    found = resource_id.subscription
    if found.lower() != world.identity.subscription_id.lower():
        raise ArmError(
            404, "SubscriptionNotFound", f"The subscription '{found}' could not be found."
        )


def authorized(scope: str, operation: str, principal: Principal | None, world: World) -> None:
    """Who asks needs a role that has the operation; nobody in particular is the rehearsal itself."""
    if principal is not None and not world.rbac.permits(principal.object_id, operation, scope):
        raise ArmError(
            403,
            "AuthorizationFailed",
            f"The client '{principal.client_id}' with object id '{principal.object_id}' does not have "
            f"authorization to perform action '{operation}' over scope '{scope}' or the scope is invalid. If access "
            "was recently granted, please refresh your credentials.",
        )


def place(resource_id: ResourceId, kind: ResourceType) -> None:
    """Types that extend nothing are in a resource group, and nowhere else."""
    if kind.extends or resource_id.type == RESOURCE_GROUP:
        return
    if ids.group_of(resource_id.scope) != resource_id.scope:
        raise ArmError(
            404,
            "InvalidResourceType",
            f"The resource type '{kind.type}' cannot be at '{resource_id.scope or '/'}': it is in a resource group "
            "(/subscriptions/<id>/resourceGroups/<name>/providers/...).",
        )


def names(resource_id: ResourceId) -> None:
    """Characters that no name has."""
    wrong = sorted({letter for name in resource_id.names for letter in name} & set("<>%&\\?#:*"))
    if wrong:
        raise ArmError(
            400,
            "InvalidResourceName",
            f"The provided resource name '{resource_id.full_name}' has these invalid characters: "
            f"'{''.join(wrong)}'. The name can not include them.",
        )


def resource_group(resource_id: ResourceId, world: World, *, writing: bool) -> None:
    """The resource group must be there, and for a write it must stay."""
    group_id = resource_id.resource_group_id
    if group_id is None or resource_id.type == RESOURCE_GROUP:
        return
    group = _group(group_id, world)
    if writing and group.state == DELETING:
        raise ArmError(
            409,
            "ResourceGroupBeingDeleted",
            f"The resource group '{resource_id.resource_group}' is in deprovisioning state and "
            "cannot perform this operation.",
        )


def scope(text: str, world: World) -> None:
    """What is listed in a resource group needs the group."""
    if group_id := ids.group_of(text):
        _group(group_id, world)


def _group(group_id: str, world: World) -> Resource:
    found = world.store.get(group_id)
    if found is None:
        raise not_found(ids.parse(group_id))
    return found


def parent(resource_id: ResourceId, world: World) -> None:
    """A nested resource needs its parent."""
    if resource_id.parent is not None and world.store.get(resource_id.parent) is None:
        nested = resource_id.type.split("/", 1)[1]
        raise ArmError(
            404,
            "ParentResourceNotFound",
            f"Failed to perform 'write' on resource(s) of type '{nested}', because the parent "
            f"resource '{resource_id.parent}' could not be found.",
        )


def body(
    kind: ResourceType, resource_id: ResourceId, given: Mapping[str, Any], existing: Resource | None
) -> dict[str, Any]:
    """The body with its location in the short form. Raises ArmError."""
    read = bodies.read(dict(given), _shape(kind))
    found = {
        key: value
        for key, value in read.items()
        if key not in ("id", "name", "type", "systemData", "etag") and value is not None
    }
    found["properties"] = {
        key: value
        for key, value in found.get("properties", {}).items()
        if key != "provisioningState" and value is not None
    }
    if kind.tracked:
        _tags(found)
        found["location"] = _location(kind, resource_id, found.get("location"), existing)
    return found


def version(kind: ResourceType, given: str) -> None:
    """The api-version must be one that the type has."""
    if not kind.api_versions or given.lower() in kind.api_versions:
        return
    versions = ", ".join(kind.api_versions)
    if kind.type == RESOURCE_GROUP:
        raise ArmError(
            400,
            "InvalidApiVersionParameter",
            f"The api-version '{given}' is invalid. The supported versions are '{versions}'.",
        )
    raise ArmError(
        400,
        "NoRegisteredProviderFound",
        f"No registered resource provider found for API version '{given}' for type "
        f"'{kind.type.split('/', 1)[1]}'. The supported api-versions are '{versions}'. The supported locations are "
        f"'{', '.join(locations.REGIONS)}'.",
    )


@cache
def _shape(kind: ResourceType) -> Fields:
    """The whole body: ARM's own members, all of them, and the type's properties."""
    return Fields({**_ENVELOPE, "properties": Fields(kind.properties)}, closed=True)


def _location(
    kind: ResourceType, resource_id: ResourceId, given: Any, existing: Resource | None
) -> str:
    given = given or kind.default_location
    if not isinstance(given, str) or not given:
        raise ArmError(
            400, "LocationRequired", "The location property is required for this definition."
        )
    location = locations.normal(given)
    if not locations.known(location) and location != kind.default_location:
        raise _no_such_location(kind, given)
    if existing is not None and existing.location != location:
        raise _moved(resource_id, existing, location)
    return location


def _no_such_location(kind: ResourceType, given: str) -> ArmError:
    regions = ",".join(locations.REGIONS)
    if kind.type == RESOURCE_GROUP:
        return ArmError(
            400,
            "LocationNotAvailableForResourceGroup",
            f"The provided location '{given}' is not available for resource group. "
            f"List of available regions is '{regions}'.",
        )
    return ArmError(
        400,
        "LocationNotAvailableForResourceType",
        f"The provided location '{given}' is not available for resource type '{kind.type}'. "
        f"List of available regions for the resource type is '{regions}'.",
    )


def _moved(resource_id: ResourceId, existing: Resource, location: str) -> ArmError:
    if resource_id.type == RESOURCE_GROUP:
        return ArmError(
            409,
            "InvalidResourceGroupLocation",
            f"Invalid resource group location '{location}'. The Resource group already exists in "
            f"location '{existing.location}'.",
        )
    return ArmError(
        409,
        "InvalidResourceLocation",
        f"The resource '{resource_id.name}' already exists in location '{existing.location}' in "
        f"resource group '{resource_id.resource_group}'. A resource with the same name cannot be "
        f"created in location '{location}'. Please select a new resource name.",
    )


def _tags(given: dict[str, Any]) -> None:
    tags = given.get("tags") or {}
    if not isinstance(tags, Mapping) or any(not isinstance(value, str) for value in tags.values()):
        raise ArmError(
            400,
            "InvalidRequestContent",
            "The request content was invalid: tags map names to strings.",
        )
    if len(tags) > MAX_TAGS:
        raise ArmError(
            400,
            "InvalidTagCount",
            f"Number of tags on a resource is restricted to {MAX_TAGS}; '{len(tags)}' were given.",
        )
    long = [name for name, value in tags.items() if len(name) > 512 or len(value) > 256]
    if long:
        raise ArmError(
            400,
            "InvalidTagNameOrValue",
            f"Tag names have at most 512 and values at most 256 characters: {long}.",
        )
    given["tags"] = dict(tags)


def not_found(resource_id: ResourceId) -> ArmError:
    """Azure's words for a resource that is not there."""
    if resource_id.type == RESOURCE_GROUP:
        return ArmError(
            404, "ResourceGroupNotFound", f"Resource group '{resource_id.name}' could not be found."
        )
    return ArmError(
        404,
        "ResourceNotFound",
        f"The Resource '{resource_id.type.split('/')[0]}/{_interleaved(resource_id)}' under resource group "
        f"'{resource_id.resource_group or '<null>'}' was not found. For more details please go to "
        "https://aka.ms/ARMResourceNotFoundFix",
    )


def _interleaved(resource_id: ResourceId) -> str:
    kinds = resource_id.type.split("/")[1:]
    return "/".join(part for pair in zip(kinds, resource_id.names, strict=True) for part in pair)


def precondition(
    existing: Resource | None, if_match: str | None, if_none_match: str | None
) -> None:
    """`If-Match` and `If-None-Match: *`."""
    etag = f'"{existing.etag}"' if existing is not None else None
    if (if_match and if_match not in (etag, "*")) or (if_match and existing is None):
        raise ArmError(
            412,
            "PreconditionFailed",
            f"The condition '{if_match}' in the If-Match header was not satisfied. The current etag is '{etag}'.",
        )
    if if_none_match == "*" and existing is not None:
        raise ArmError(
            412,
            "PreconditionFailed",
            f"The resource '{existing.id}' already exists (If-None-Match: *).",
        )
