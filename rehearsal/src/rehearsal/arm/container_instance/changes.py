"""What Azure refuses to change in place: `you must delete it first and then create a new one`."""

from collections.abc import Mapping
from typing import Any

from rehearsal.arm.container_instance.checks import totals
from rehearsal.core.errors import ArmError
from rehearsal.core.resource import Resource

_FIXED_PROPERTIES = ("osType", "restartPolicy", "sku", "priority")
_DEFAULTS = {"restartPolicy": "Always", "sku": "Standard", "priority": "Regular"}


def refuse(existing: Resource, body: Mapping[str, Any]) -> None:
    """Raises ArmError when the update touches what a container group keeps for life."""
    old, new = existing.properties, body["properties"]
    changed = [name for name in _FIXED_PROPERTIES if _fixed(old, name) != _fixed(new, name)]
    if totals(old["containers"]) != totals(new["containers"]) or _requests(old) != _requests(new):
        changed.append("containers[].resources.requests")
    if _network(old) != _network(new):
        changed.append("ipAddress.type, subnetIds or dnsConfig")
    if sorted(existing.body.get("zones") or []) != sorted(body.get("zones") or []):
        changed.append("zones")
    if changed:
        raise ArmError(
            400,
            "InvalidContainerGroupUpdate",
            f"The updates on container group '{existing.id.name}' are invalid. If you are going to update the os type, "
            "restart policy, network profile, CPU, memory or GPU resources for a container group, you must delete it "
            f"first and then create a new one. (rehearsal: what differs is {'; '.join(changed)})",
        )


def _fixed(properties: Mapping[str, Any], name: str) -> Any:
    return properties.get(name) or _DEFAULTS.get(name)


def _requests(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Requests of the containers by name; a container that comes or goes shows in the totals."""
    return {one["name"]: totals([one]) for one in properties["containers"]}


def _network(properties: Mapping[str, Any]) -> tuple[Any, ...]:
    address = properties.get("ipAddress") or {}
    subnets = sorted(str(one.get("id", "")).lower() for one in properties.get("subnetIds") or [])
    return address.get("type"), tuple(subnets), str(properties.get("dnsConfig") or {})
