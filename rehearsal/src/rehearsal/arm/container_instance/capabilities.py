"""What container groups may have in a region: `locations/<location>/capabilities` and `/usages`."""

from typing import Any

from rehearsal.arm.container_instance import quota
from rehearsal.arm.container_instance.checks import MAX_CPU, MAX_MEMORY
from rehearsal.core import locations
from rehearsal.core.errors import ArmError
from rehearsal.core.type_names import CONTAINER_GROUP
from rehearsal.core.world import World


def capabilities(location: str) -> dict[str, Any]:
    """CPU and memory per group for each kind of address."""
    _require(location)
    sizes = {"maxMemoryInGB": MAX_MEMORY, "maxCpu": MAX_CPU, "maxGpuCount": 0}
    return {
        "value": [
            {
                "resourceType": "containerGroups",
                "osType": "Linux",
                "location": locations.normal(location),
                "ipAddressType": address,
                "gpu": "None",
                "capabilities": sizes,
            }
            for address in ("Public", "Private")
        ]
    }


def usages(location: str, world: World) -> dict[str, Any]:
    """How much of the quota is used."""
    _require(location)
    return {"value": quota.usages(location, world)}


def _require(location: str) -> None:
    if not locations.known(location):
        raise ArmError(
            400,
            "LocationNotAvailableForResourceType",
            f"The provided location '{location}' is not available for resource type '{CONTAINER_GROUP}'. List of "
            f"available regions for the resource type is '{','.join(locations.REGIONS)}'.",
        )
