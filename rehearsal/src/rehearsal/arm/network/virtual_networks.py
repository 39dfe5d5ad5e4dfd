"""Microsoft.Network/virtualNetworks."""

import ipaddress
import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

from rehearsal.arm import api_versions
from rehearsal.arm.network import subnets
from rehearsal.core import ids
from rehearsal.core.bodies import TEXTS, Fields, ListOf, Shape, Text
from rehearsal.core.errors import ArmError
from rehearsal.core.native_form import GROUP, NAMED, TRACKED, NativeForm
from rehearsal.core.resource import SUCCEEDED, Resource
from rehearsal.core.resource_type import Accepted, Put, ResourceType
from rehearsal.core.world import World


class VirtualNetworks(ResourceType):
    """Its subnets are resources of their own; a PUT without `subnets` leaves them alone."""

    type = "Microsoft.Network/virtualNetworks"
    api_versions = api_versions.NETWORKS
    properties: ClassVar[Mapping[str, Shape]] = {
        "addressSpace": Fields({"addressPrefixes": TEXTS}),
        "subnets": ListOf(
            Fields({"name": Text(), "id": Text(), "properties": Fields(subnets.PROPERTIES)})
        ),
    }
    native = NativeForm(
        type="azure-native:network:VirtualNetwork",
        path=f"{GROUP}/providers/Microsoft.Network/virtualNetworks/{{virtualNetworkName}}",
        api_version="2024-05-01",
        name="virtualNetworkName",
        outside=TRACKED | {"extendedLocation", "id", "etag"},
        envelopes={"subnets[]": NAMED, "subnets[].delegations[]": NAMED},
        children=frozenset({"subnets"}),
        replaces=frozenset({"location"}),
    )

    def accept(self, put: Put, world: World) -> Accepted:
        """Address prefixes must be networks; inline subnets must lie inside and apart."""
        given = dict(put.body["properties"])
        prefixes = (given.get("addressSpace") or {}).get("addressPrefixes") or []
        if not prefixes:
            raise ArmError(
                400,
                "InvalidRequestFormat",
                f"The address space of virtual network '{put.id.name}' has no address prefixes.",
            )
        for prefix in prefixes:
            subnets.network(prefix, put.id.name)
        inline = given.pop("subnets", None)
        if inline is not None:
            _check_inline(put, inline, prefixes)
        given["resourceGuid"] = (
            put.existing.properties["resourceGuid"] if put.existing else str(uuid.uuid4())
        )
        return Accepted(
            body={**put.body, "properties": given},
            private={"inline": inline},
            long=inline is not None,
        )

    def provision(self, resource: Resource, world: World) -> Resource:
        """Makes the subnets what the body said."""
        wanted = {one["name"].lower(): one for one in resource.private["inline"]}
        for present in world.store.list(subnets.SUBNET, resource.id.text):
            if present.id.name.lower() not in wanted:
                subnets.refuse_if_used(present, world)
                world.store.delete(present.id.text)
        for one in wanted.values():
            _put_subnet(resource, one, world)
        return replace(resource, private={})

    def show(self, resource: Resource, world: World) -> dict[str, Any]:
        """With its subnets."""
        found = resource.document()
        below = world.store.list(subnets.SUBNET, resource.id.text)
        found["properties"]["subnets"] = [subnets.shown(one, world) for one in below]
        return found

    def refuse_delete(self, resource: Resource, world: World) -> None:
        """A network whose subnets are used stays."""
        for one in world.store.list(subnets.SUBNET, resource.id.text):
            subnets.refuse_if_used(one, world)


def _check_inline(put: Put, inline: list[Mapping[str, Any]], prefixes: list[str]) -> None:
    earlier: list[tuple[str, ipaddress.IPv4Network | ipaddress.IPv6Network]] = []
    unnamed = [str(index) for index, one in enumerate(inline) if not one.get("name")]
    if unnamed:
        raise ArmError(
            400,
            "InvalidRequestFormat",
            f"Subnets of virtual network '{put.id.name}' have no name: properties.subnets[{', '.join(unnamed)}].",
        )
    for one in inline:
        found = subnets.checked_range(one["name"], one.get("properties", {}), put.id.name, prefixes)
        subnets.refuse_overlap(one["name"], found, earlier, put.id.name)
        earlier.append((one["name"], found))


def _put_subnet(network: Resource, one: Mapping[str, Any], world: World) -> None:
    subnet_id = ids.parse(f"{network.id}/subnets/{one['name']}")
    present = world.store.get(subnet_id.text)
    base = present or replace(network, id=subnet_id, body={}, private={})
    properties = subnets.completed(one.get("properties", {}), subnet_id.text)
    world.store.put(replace(base, body={"properties": properties}, state=SUCCEEDED))
