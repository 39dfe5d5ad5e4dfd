"""Microsoft.ContainerInstance/containerGroups: groups that really run."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from rehearsal.arm import api_versions
from rehearsal.arm.container_instance import (
    addresses,
    capabilities,
    changes,
    checks,
    console_actions,
    identities,
    quota,
    running,
    secure_values,
    view,
)
from rehearsal.arm.container_instance.body import PROPERTIES
from rehearsal.arm.network import subnets
from rehearsal.core import bodies, locations
from rehearsal.core.bodies import Fields, Flag, Number, Shape
from rehearsal.core.errors import ArmError
from rehearsal.core.ids import ResourceId
from rehearsal.core.native_form import GROUP, TRACKED, NativeForm
from rehearsal.core.resource import FAILED, SUCCEEDED, UPDATING, Resource
from rehearsal.core.resource_type import Accepted, Put, ResourceType
from rehearsal.core.type_names import CONTAINER_GROUP
from rehearsal.core.world import World

_LOG_QUERY = Fields({"tail": Number(whole=True), "timestamps": Flag()})
_OUTPUTS = ("instanceView", "isCreatedFromStandbyPool")


class ContainerGroups(ResourceType):
    """A PUT starts the group's containers (an update restarts them); it is done when they run."""

    type = CONTAINER_GROUP
    api_versions = api_versions.CONTAINER_GROUPS
    properties: ClassVar[Mapping[str, Shape]] = PROPERTIES
    actions: ClassVar[Mapping[str, str]] = {
        "restart": "POST",
        "start": "POST",
        "stop": "POST",
        "containers/*/logs": "GET",
        "containers/*/exec": "POST",
        "containers/*/attach": "POST",
    }
    changing_actions: ClassVar[frozenset[str]] = frozenset({"restart", "start", "stop"})
    polled = True
    native = NativeForm(
        type="azure-native:containerinstance:ContainerGroup",
        path=f"{GROUP}/providers/Microsoft.ContainerInstance/containerGroups/{{containerGroupName}}",
        api_version="2024-05-01-preview",
        name="containerGroupName",
        outside=TRACKED | {"identity", "zones"},
        envelopes={
            "containers[]": frozenset({"name"}),
            "initContainers[]": frozenset({"name"}),
            "extensions[]": frozenset({"name"}),
        },
    )

    def accept(self, put: Put, world: World) -> Accepted:
        """Everything that Azure refuses is refused here, before anything runs."""
        properties = {
            key: value for key, value in put.body["properties"].items() if key not in _OUTPUTS
        }
        checks.check(put.id.name, put.body["location"], properties)
        properties = _completed(put.id, properties, put.body["location"], world)
        existing = put.existing.body.get("identity") if put.existing else None
        identity = identities.resolved(put.body.get("identity"), existing, put.id, world)
        checks.check_credentials(put.id.name, properties)
        identities.check_credentials(put.id.name, properties, identity)
        body = {key: value for key, value in put.body.items() if key != "identity"}
        body["properties"] = secure_values.without(properties)
        if identity:
            body["identity"] = identity
        if put.existing is not None:
            changes.refuse(put.existing, body)
        else:
            quota.refuse_if_over(put, world)
        _require_subnets(put, properties, world)
        running.refuse_what_no_runtime_has(properties)
        identities.check_pull(put.id.name, properties, world)
        return Accepted(body=body, private={"properties": properties}, long=True)

    def provision(self, resource: Resource, world: World) -> Resource:
        """Starts the containers."""
        running.start(resource, world)
        return resource

    def show(self, resource: Resource, world: World) -> dict[str, Any]:
        """With the states of the containers; without secure values."""
        return view.document(resource, world)

    def remove(self, resource: Resource, world: World) -> None:
        """Stops the containers."""
        world.runtime.stop(resource.id.text)

    def busy(self, resource_id: ResourceId) -> ArmError | None:
        """Azure does not let a second write wait."""
        return ArmError(
            409,
            "ContainerGroupTransitioning",
            f"The container group '{resource_id.name}' is still transitioning, please retry later.",
        )

    def act(
        self, resource: Resource, action: str, body: Mapping[str, Any], world: World
    ) -> dict[str, Any]:
        """restart, stop, start, and `logs`, `exec` and `attach` of `containers/<name>`."""
        if action == "restart":
            _require_running(resource)
            world.runtime.restart(resource.id.text)
        elif action == "stop":
            _stop(resource, world)
        elif action == "start":
            kept = {key: value for key, value in resource.private.items() if key != "stopped"}
            running.start(world.store.change_private(resource, kept), world)
        else:
            _, container, what = action.split("/")
            return _of_container(resource, container, what, body, world)
        return {}

    def of_location(self, location: str, what: str, world: World) -> dict[str, Any] | None:
        """`capabilities` and `usages` of a region."""
        if what == "capabilities":
            return capabilities.capabilities(location)
        return capabilities.usages(location, world) if what == "usages" else None

    def recover(self, resources: Sequence[Resource], world: World) -> None:
        """The runtime adopts or starts what should run and reaps the rest."""
        wanted = [
            running.spec(one, world)
            for one in resources
            if one.state in (SUCCEEDED, FAILED, UPDATING) and not one.private.get("stopped")
        ]
        world.runtime.recover(wanted)


def _completed(
    group: ResourceId, properties: Mapping[str, Any], location: str, world: World
) -> dict[str, Any]:
    """With the defaults that Azure fills in, and with an address."""
    found = {"restartPolicy": "Always", "sku": "Standard", **properties}
    if address := found.get("ipAddress"):
        subnet = next((str(one.get("id")) for one in properties.get("subnetIds") or []), None)
        found["ipAddress"] = _addressed(group, address, subnet, location, world)
    return found


def _addressed(
    group: ResourceId, given: Mapping[str, Any], subnet: str | None, location: str, world: World
) -> dict[str, Any]:
    others = [one for one in world.store.list(CONTAINER_GROUP) if one.id.key != group.key]
    if label := given.get("dnsNameLabel"):
        _refuse_taken_label(group, label, given, location, others)
    taken = {str((one.properties.get("ipAddress") or {}).get("ip")) for one in others}
    private = given.get("type") == "Private"
    ip = _private(group, subnet, taken, world) if private else addresses.choose(group.text, taken)
    ports = [{"protocol": "TCP", **port, "port": int(port["port"])} for port in given["ports"]]
    found = {**given, "ports": ports, "ip": ip}
    if ip is None:
        del found["ip"]
    if label:
        found["fqdn"] = ip
        found.setdefault("autoGeneratedDomainNameLabelScope", "Unsecure")
    return found


def _private(group: ResourceId, subnet_id: str | None, taken: set[str], world: World) -> str | None:
    """An address of the subnet; None without one, which is refused a little later."""
    subnet = world.store.get(str(subnet_id)) if subnet_id else None
    if subnet is None or subnet.id.type != subnets.SUBNET:
        return None
    before = world.store.get(group.text)
    own = (before.properties.get("ipAddress") or {}).get("ip") if before else None
    within = subnets.range_of(subnet.properties, subnet.id.names[0])
    return addresses.choose_private(within, own, taken)


def _refuse_taken_label(
    group: ResourceId,
    label: str,
    given: Mapping[str, Any],
    location: str,
    others: Sequence[Resource],
) -> None:
    """A label is unique in its region, unless a scope adds a hash to it."""
    scope = given.get("autoGeneratedDomainNameLabelScope", "Unsecure")
    for other in others:
        address = other.properties.get("ipAddress") or {}
        if (
            scope == "Unsecure"
            and address.get("dnsNameLabel") == label
            and address.get("autoGeneratedDomainNameLabelScope") == "Unsecure"
            and other.location == locations.normal(location)
        ):
            raise ArmError(
                400,
                "DnsNameLabelNotAvailable",
                f"The DNS name label '{label}' in container group '{group.name}' not available. Try using a different "
                "label.",
            )


def _require_subnets(put: Put, properties: Mapping[str, Any], world: World) -> None:
    given = properties.get("subnetIds") or []
    if len(given) > 1:
        raise ArmError(
            400,
            "InvalidSubnetIds",
            f"The container group '{put.id.name}' has {len(given)} subnets; at most one is possible.",
        )
    for one in given:
        subnet = world.store.get(str(one.get("id")))
        if subnet is None:
            raise ArmError(
                400,
                "InvalidResourceReference",
                f"Resource {one.get('id')} referenced by the container group was not found.",
            )
        if not subnets.delegated(subnet):
            raise ArmError(
                400,
                "SubnetMissingRequiredDelegation",
                f"Subnet {subnet.id} requires any of the following delegation(s) {CONTAINER_GROUP} to reference "
                f"service association link {subnet.id}/serviceAssociationLinks/acisal.",
            )
        network = world.store.get(str(subnet.id.parent))
        if network is not None and network.location != put.body["location"]:
            raise ArmError(
                400,
                "InvalidSubnetLocation",
                f"The subnet '{subnet.id}' is in '{network.location}', the container group '{put.id.name}' in "
                f"'{put.body['location']}'; they must be in the same region.",
            )
        subnets.refuse_if_full(subnet, put.id.key, world)


def _stop(resource: Resource, world: World) -> None:
    """Recycles the containers; of a group that has come to its end by itself nothing changes."""
    if view.state(resource, world) not in ("Succeeded", "Failed"):
        world.runtime.stop(resource.id.text)
        world.store.change_private(resource, {**resource.private, "stopped": True})


def _require_running(resource: Resource) -> None:
    if resource.private.get("stopped"):
        raise ArmError(
            409,
            "ContainerGroupStopped",
            f"Container Group '{resource.id.name}' in resource group '{resource.id.resource_group}' is stopped.",
        )


def _of_container(
    resource: Resource, container: str, what: str, body: Mapping[str, Any], world: World
) -> dict[str, Any]:
    if container not in {one["name"] for one in resource.properties["containers"]}:
        raise ArmError(
            404,
            "ContainerNotFound",
            f"The container '{container}' in container group '{resource.id.name}' was not found.",
        )
    if what == "logs":
        return _logs(resource, container, body, world)
    _require_running(resource)
    if what == "attach":
        return dict(console_actions.attach(resource, container, world))
    return dict(console_actions.execute(resource, container, body, world))


def _logs(
    resource: Resource, container: str, body: Mapping[str, Any], world: World
) -> dict[str, Any]:
    asked = bodies.read(dict(body), _LOG_QUERY)
    tail = asked.get("tail")
    if tail is not None and tail < 1:
        raise ArmError(
            400, "InvalidTail", f"The 'tail' parameter '{tail}' is invalid: it is at least 1."
        )
    if not world.runtime.state(resource.id.text):
        raise ArmError(
            404,
            "ContainerLogNotAvailable",
            f"Log of container '{container}' in container group '{resource.id.name}' is not available yet. Please "
            "check container 'InstanceView' for more information or retry later.",
        )
    stamped = bool(asked.get("timestamps"))
    return {"content": world.runtime.logs(resource.id.text, container, tail, timestamps=stamped)}
