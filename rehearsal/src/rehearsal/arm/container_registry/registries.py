"""Microsoft.ContainerRegistry/registries."""

import re
import secrets
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from rehearsal.arm import api_versions
from rehearsal.arm.container_registry import tiers
from rehearsal.core.bodies import Flag, Shape
from rehearsal.core.errors import ArmError
from rehearsal.core.native_form import GROUP, TRACKED, NativeForm
from rehearsal.core.resource import Resource
from rehearsal.core.resource_type import Accepted, Put, ResourceType
from rehearsal.core.type_names import REGISTRY
from rehearsal.core.world import World
from rehearsal.machine.ports import free_port

_NAME = re.compile(r"[a-zA-Z0-9]{5,50}")
_SKUS = ("Basic", "Standard", "Premium")
_DEFAULTS: Mapping[str, Any] = {
    "adminUserEnabled": False,
    "anonymousPullEnabled": False,
    "dataEndpointEnabled": False,
    "dataEndpointHostNames": [],
    "networkRuleBypassOptions": "AzureServices",
    "privateEndpointConnections": [],
    "publicNetworkAccess": "Enabled",
    "zoneRedundancy": "Disabled",
}


class Registries(ResourceType):
    """Every registry listens on a port of its own: `loginServer` is `localhost:<port>`, over TLS."""

    type = REGISTRY
    api_versions = api_versions.REGISTRIES
    properties: ClassVar[Mapping[str, Shape]] = {"adminUserEnabled": Flag(), **tiers.PROPERTIES}
    actions: ClassVar[Mapping[str, str]] = {
        "listCredentials": "POST",
        "regenerateCredential": "POST",
        "listUsages": "GET",
    }
    native = NativeForm(
        type="azure-native:containerregistry:Registry",
        path=f"{GROUP}/providers/Microsoft.ContainerRegistry/registries/{{registryName}}",
        api_version="2023-01-01-preview",
        name="registryName",
        outside=TRACKED | {"identity", "sku"},
        lengths={"registryName": (5, 50)},
        patterns={"registryName": r"^[a-zA-Z0-9]*$"},
    )

    def accept(self, put: Put, world: World) -> Accepted:
        """Names are unique in all of Azure; the port stays through updates and restarts."""
        _require_name(put, world)
        sku = _sku(put)
        given = put.body["properties"]
        tiers.refuse(sku, given)
        private = put.existing.private if put.existing else _private()
        properties = {
            **_DEFAULTS,
            **given,
            "loginServer": f"localhost:{private['port']}",
        }
        return Accepted(
            body={**put.body, "sku": {"name": sku, "tier": sku}, "properties": properties},
            private=private,
            long=True,
        )

    def provision(self, resource: Resource, world: World) -> Resource:
        """Opens the registry's door."""
        world.far_ends.of(REGISTRY).open(resource.id.name, resource.private["port"])
        return resource

    def show(self, resource: Resource, world: World) -> dict[str, Any]:
        """With its creation date, which this type shows in `properties`."""
        found = resource.document()
        found["properties"]["creationDate"] = resource.created_at
        return found

    def remove(self, resource: Resource, world: World) -> None:
        """Closes the door; the images go with it."""
        world.far_ends.of(REGISTRY).close(resource.id.name)

    def act(
        self, resource: Resource, action: str, body: Mapping[str, Any], world: World
    ) -> dict[str, Any]:
        """listCredentials and regenerateCredential of the admin user; listUsages."""
        if action == "listUsages":
            return {"value": []}
        if action == "listCredentials":
            return _credentials(resource)
        if action == "regenerateCredential":
            return _regenerated(resource, str(body.get("name", "password")), world)
        raise self.unknown_action(action)

    def recover(self, resources: Sequence[Resource], world: World) -> None:
        """All registries listen again, on the ports that they had."""
        for resource in resources:
            world.far_ends.of(REGISTRY).open(resource.id.name, resource.private["port"])


def by_login_server(login_server: str, world: World) -> Resource | None:
    """The registry at that address; None for one that is not the rehearsal's."""
    for registry in world.store.list(REGISTRY):
        if registry.properties["loginServer"].lower() == login_server.lower():
            return registry
    return None


def admin_accepts(registry: Resource, username: str, password: str) -> bool:
    """Whether the admin user is on and these are its credentials."""
    if not registry.properties["adminUserEnabled"] or username.lower() != registry.id.name.lower():
        return False
    # Both are compared whatever the first says, so that time tells nothing.
    return any([secrets.compare_digest(password, kept) for kept in registry.private["passwords"]])


def _require_name(put: Put, world: World) -> None:
    name = put.id.name
    if not _NAME.fullmatch(name):
        raise ArmError(
            400,
            "InvalidResourceName",
            f"The registry name '{name}' is invalid: registry names may contain alpha numeric characters only "
            "and must be between 5 and 50 characters in length.",
        )
    for other in world.store.list(REGISTRY):
        if other.id.name.lower() == name.lower() and other.id.key != put.id.key:
            raise ArmError(
                409,
                "AlreadyInUse",
                f"The registry DNS name {name.lower()}.azurecr.io is already in use. You can check if the name is "
                "already claimed using following API: "
                "https://docs.microsoft.com/en-us/rest/api/containerregistry/registries/checknameavailability",
            )


def _sku(put: Put) -> str:
    given = (put.body.get("sku") or {}).get("name")
    for sku in _SKUS:
        if isinstance(given, str) and sku.lower() == given.lower():
            return sku
    raise ArmError(
        400,
        "InvalidSku",
        f"The SKU '{given}' of registry '{put.id.name}' is not one of {', '.join(_SKUS)}.",
    )


def _private() -> dict[str, Any]:
    return {
        "port": free_port(),
        "passwords": [secrets.token_urlsafe(32), secrets.token_urlsafe(32)],
    }


def _credentials(resource: Resource) -> dict[str, Any]:
    if not resource.properties["adminUserEnabled"]:
        raise ArmError(
            400,
            "UnAuthorizedForCredentialOperations",
            f"Cannot perform credential operations for {resource.id} as admin user is disabled. Kindly enable "
            "admin user as per docs: https://docs.microsoft.com/en-us/azure/container-registry/"
            "container-registry-authentication#admin-account",
        )
    names = ("password", "password2")
    values = zip(names, resource.private["passwords"], strict=True)
    return {
        "username": resource.id.name,
        "passwords": [{"name": name, "value": value} for name, value in values],
    }


def _regenerated(resource: Resource, name: str, world: World) -> dict[str, Any]:
    _credentials(resource)
    passwords = list(resource.private["passwords"])
    passwords[1 if name == "password2" else 0] = secrets.token_urlsafe(32)
    return _credentials(
        world.store.change_private(resource, {**resource.private, "passwords": passwords})
    )
