"""Identities of a container group, and whether they may pull its images."""

import uuid
from collections.abc import Mapping
from typing import Any

from rehearsal.arm.container_registry import registries
from rehearsal.core.errors import ArmError
from rehearsal.core.ids import ResourceId
from rehearsal.core.resource import Resource
from rehearsal.core.tokens import ACR_AUDIENCE
from rehearsal.core.type_names import USER_ASSIGNED_IDENTITY
from rehearsal.core.world import World

Body = Mapping[str, Any]


def resolved(
    given: Body | None, existing: Body | None, group: ResourceId, world: World
) -> dict[str, Any] | None:
    """The group's `identity` as Azure returns it. Raises ArmError for an identity that does not exist."""
    if not given or given.get("type") in (None, "None"):
        return None
    found: dict[str, Any] = {"type": given["type"]}
    if "SystemAssigned" in given["type"]:
        kept = (existing or {}).get("principalId")
        found |= {"principalId": kept or str(uuid.uuid4()), "tenantId": world.identity.tenant_id}
    if "UserAssigned" in given["type"].split(", "):
        asked = given.get("userAssignedIdentities") or {}
        found["userAssignedIdentities"] = {one: _principal(one, group, world) for one in asked}
    return found


def check_credentials(group: str, properties: Body, identity: Body | None) -> None:
    """Exactly one of username and identity; the identity is one of the group's own."""
    own = {one.lower() for one in (identity or {}).get("userAssignedIdentities") or {}}
    for credential in properties.get("imageRegistryCredentials") or []:
        server = credential.get("server")
        if bool(credential.get("username")) == bool(credential.get("identity")):
            raise ArmError(
                400,
                "InvalidImageRegistryCredentialType",
                f"The type of image registry credential for server '{server}' in container group '{group}' cannot be "
                "detected. Please set exactly one of username or identity.",
            )
        if credential.get("identity") and credential["identity"].lower() not in own:
            raise ArmError(
                400,
                "InvalidImageRegistryCredentialIdentity",
                f"The identity '{credential['identity']}' of the image registry credential for server '{server}' is "
                f"not among the user assigned identities of container group '{group}'.",
            )


def check_pull(group: str, properties: Body, world: World) -> None:
    """Every image must be accessible with the credential of its registry. Raises ArmError."""
    for container in properties["containers"]:
        image = container["properties"]["image"]
        registry = registries.by_login_server(image.split("/", 1)[0], world)
        if registry is not None and (reason := _why_not(registry, properties, world)):
            raise inaccessible(image, group, reason)


def inaccessible(image: str, group: str, reason: str) -> ArmError:
    """Azure's words, and behind them the reason that Azure keeps to itself."""
    return ArmError(
        400,
        "InaccessibleImage",
        f"The image '{image}' in container group '{group}' is not accessible. Please check the image and registry "
        f"credential. (rehearsal: {reason})",
    )


def pull_token(login_server: str, properties: Body, world: World) -> str:
    """An Entra token with ACR's audience of the identity that pulls; empty when there is no credential."""
    credential = _credential(login_server, properties)
    if credential is None:
        return ""
    principal = world.tokens.user.object_id
    if credential.get("identity"):
        principal = _identity(credential["identity"], world).properties["principalId"]
    return world.tokens.issue(principal, ACR_AUDIENCE)


def _why_not(registry: Resource, properties: Body, world: World) -> str | None:
    server = registry.properties["loginServer"]
    credential = _credential(server, properties)
    if credential is None:
        public = registry.properties.get("anonymousPullEnabled")
        return None if public else f"no image registry credential is given for '{server}'"
    if credential.get("username"):
        right = registries.admin_accepts(
            registry, credential["username"], credential.get("password") or ""
        )
        return None if right else f"'{server}' does not accept this username and password"
    principal = _identity(credential["identity"], world).properties["principalId"]
    if world.rbac.allows(principal, "pull", registry.id.text):
        return None
    return f"the identity '{credential['identity']}' has no role AcrPull at '{registry.id}'"


def _credential(login_server: str, properties: Body) -> Body | None:
    for credential in properties.get("imageRegistryCredentials") or []:
        if str(credential.get("server")).lower() == login_server.lower():
            found: Body = credential
            return found
    return None


def _identity(identity_id: str, world: World) -> Resource:
    found = world.store.get(identity_id)
    if found is None:
        raise ArmError(404, "ResourceNotFound", f"The identity '{identity_id}' was not found.")
    return found


def _principal(identity_id: str, group: ResourceId, world: World) -> dict[str, str]:
    found = world.store.get(identity_id)
    if found is None or found.id.type.lower() != USER_ASSIGNED_IDENTITY.lower():
        raise ArmError(
            400,
            "FailedIdentityOperation",
            f"Identity operation for resource '{group}' failed with error 'Failed to perform resource identity "
            f"operation. Status: 'BadRequest'. Response: Resource '{identity_id}' was not found.'.",
        )
    return {name: found.properties[name] for name in ("principalId", "clientId")}
