"""Microsoft.Network/virtualNetworks/subnets."""

import ipaddress
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from rehearsal.arm import api_versions
from rehearsal.core.bodies import TEXTS, Fields, ListOf, Shape, Text
from rehearsal.core.errors import ArmError
from rehearsal.core.native_form import GROUP, NAMED, NativeForm
from rehearsal.core.resource import Resource
from rehearsal.core.resource_type import Accepted, Put, ResourceType
from rehearsal.core.type_names import CONTAINER_GROUP
from rehearsal.core.world import World

SUBNET = "Microsoft.Network/virtualNetworks/subnets"
PROPERTIES: Mapping[str, Shape] = {
    "addressPrefix": Text(),
    "addressPrefixes": TEXTS,
    "delegations": ListOf(
        Fields({"name": Text(), "properties": Fields({"serviceName": Text(), "actions": TEXTS})})
    ),
}
_RESERVED = 5
Range = ipaddress.IPv4Network | ipaddress.IPv6Network


class Subnets(ResourceType):
    """A part of a virtual network; container groups need one that is delegated to them."""

    type = SUBNET
    api_versions = api_versions.NETWORKS
    properties: ClassVar[Mapping[str, Shape]] = PROPERTIES
    tracked = False
    native = NativeForm(
        type="azure-native:network:Subnet",
        path=f"{GROUP}/providers/Microsoft.Network/virtualNetworks/{{virtualNetworkName}}/subnets/{{subnetName}}",
        api_version="2024-05-01",
        name="subnetName",
        outside=NAMED,
        envelopes={"delegations[]": NAMED},
    )

    def accept(self, put: Put, world: World) -> Accepted:
        """The range must lie in the network and apart from its other subnets."""
        network = world.store.get(str(put.id.parent))
        if network is None:
            raise ArmError(404, "ParentResourceNotFound", f"'{put.id.parent}' could not be found.")
        prefixes = network.properties["addressSpace"]["addressPrefixes"]
        given = put.body["properties"]
        found = checked_range(put.id.name, given, network.id.name, prefixes)
        others = [
            (one.id.name, range_of(one.properties, network.id.name))
            for one in world.store.list(SUBNET, network.id.text)
            if one.id.key != put.id.key
        ]
        refuse_overlap(put.id.name, found, others, network.id.name)
        if put.existing is not None and delegated(put.existing) and not _delegates(given):
            refuse_if_used(put.existing, world)
        return Accepted(body={"properties": completed(given, put.id.text)})

    def show(self, resource: Resource, world: World) -> dict[str, Any]:
        """With what uses it."""
        return shown(resource, world)

    def refuse_delete(self, resource: Resource, world: World) -> None:
        """A used subnet stays."""
        refuse_if_used(resource, world)


def completed(given: Mapping[str, Any], subnet_id: str) -> dict[str, Any]:
    """The properties with the ids of delegations."""
    delegations = [
        {
            **one,
            "id": f"{subnet_id}/delegations/{one.get('name', 'delegation')}",
            "properties": {**one.get("properties", {}), "provisioningState": "Succeeded"},
        }
        for one in given.get("delegations") or []
    ]
    defaults = {
        "privateEndpointNetworkPolicies": "Disabled",
        "privateLinkServiceNetworkPolicies": "Enabled",
    }
    return {**defaults, **given, "delegations": delegations}


def shown(resource: Resource, world: World) -> dict[str, Any]:
    """The document of a subnet with the links of what uses it."""
    found = resource.document()
    del found["systemData"]
    if used := users(resource, world):
        found["properties"]["serviceAssociationLinks"] = [
            {"properties": {"linkedResourceType": CONTAINER_GROUP, "link": one.id.text}}
            for one in used
        ]
    return found


def delegated(subnet: Resource) -> bool:
    """Whether container groups may go there."""
    return _delegates(subnet.properties)


def users(subnet: Resource, world: World) -> list[Resource]:
    """Container groups in the subnet."""
    return [
        group
        for group in world.store.list(CONTAINER_GROUP)
        for used in group.properties.get("subnetIds") or []
        if str(used.get("id", "")).lower() == subnet.id.key
    ]


def refuse_if_used(subnet: Resource, world: World) -> None:
    """Raises ArmError in the words of Azure's network."""
    if used := users(subnet, world):
        raise ArmError(
            400,
            "InUseSubnetCannotBeDeleted",
            f"Subnet {subnet.id.name} is in use by {used[0].id} and cannot be deleted. In order to delete the "
            "subnet, delete all the resources within the subnet. See aka.ms/deletesubnet.",
        )


def refuse_if_full(subnet: Resource, newcomer: str, world: World) -> None:
    """Raises ArmError when there is no address left; Azure keeps five of every subnet."""
    size = range_of(subnet.properties, subnet.id.names[0]).num_addresses - _RESERVED
    others = [one for one in users(subnet, world) if one.id.key != newcomer]
    if len(others) + 1 > size:
        raise ArmError(
            400,
            "SubnetIsFull",
            f"Subnet {subnet.id.name} with address prefix {subnet.properties.get('addressPrefix')} does not have "
            "enough capacity for 1 IP addresses.",
        )


def network(prefix: Any, name: str) -> Range:
    """The network that a prefix writes. Raises ArmError."""
    try:
        return ipaddress.ip_network(prefix)
    except (ValueError, TypeError):
        raise ArmError(
            400,
            "InvalidCIDRNotation",
            f"The address prefix {prefix} in resource {name} has an invalid CIDR notation. For the given prefix "
            "length, the address prefix should be a network address.",
        ) from None


def range_of(properties: Mapping[str, Any], network_name: str) -> Range:
    """The (first) range of a subnet."""
    prefix = properties.get("addressPrefix") or (properties.get("addressPrefixes") or [None])[0]
    return network(prefix, network_name)


def checked_range(
    name: str, properties: Mapping[str, Any], network_name: str, prefixes: Iterable[str]
) -> Range:
    """The range of a subnet, which lies in its network. Raises ArmError."""
    found = range_of(properties, network_name)
    spaces = [network(prefix, network_name) for prefix in prefixes]
    if not any(_inside(found, space) for space in spaces):
        raise ArmError(
            400,
            "NetcfgSubnetRangeOutsideVnet",
            f"Subnet '{name}' is not valid because its IP address range is outside the IP address range of virtual "
            f"network '{network_name}'.",
        )
    return found


def refuse_overlap(
    name: str, found: Range, others: Iterable[tuple[str, Range]], network_name: str
) -> None:
    """Raises ArmError when the range meets one of the others."""
    if any(found.overlaps(other) for _, other in others):
        raise ArmError(
            400,
            "NetcfgSubnetRangesOverlap",
            f"Subnet '{name}' is not valid because its IP address range overlaps with that of an existing subnet in "
            f"virtual network '{network_name}'.",
        )


def _inside(inner: Range, outer: Range) -> bool:
    if isinstance(inner, ipaddress.IPv4Network) and isinstance(outer, ipaddress.IPv4Network):
        return inner.subnet_of(outer)
    if isinstance(inner, ipaddress.IPv6Network) and isinstance(outer, ipaddress.IPv6Network):
        return inner.subnet_of(outer)
    return False


def _delegates(properties: Mapping[str, Any]) -> bool:
    return any(
        str(one.get("properties", {}).get("serviceName", "")).lower() == CONTAINER_GROUP.lower()
        for one in properties.get("delegations") or []
    )
