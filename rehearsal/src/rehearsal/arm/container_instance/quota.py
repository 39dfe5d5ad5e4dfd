"""The quotas of a subscription in a region: how many container groups, and how many cores they share."""

from typing import Any

from rehearsal.arm.container_instance import checks
from rehearsal.core import locations
from rehearsal.core.errors import ArmError
from rehearsal.core.resource_type import Put
from rehearsal.core.type_names import CONTAINER_GROUP
from rehearsal.core.world import World

GROUPS, CORES = "ContainerGroups", "StandardCores"


def refuse_if_over(put: Put, world: World) -> None:
    """Raises ArmError when the new group does not fit."""
    asked = {GROUPS: 1.0, CORES: checks.totals(put.body["properties"]["containers"])[0]}
    for name, (used, limit) in _counted(put.body["location"], world).items():
        if used + asked[name] > limit:
            raise ArmError(
                409,
                "ContainerGroupQuotaReached",
                f"Resource type '{CONTAINER_GROUP}' container group quota '{name}' exceeded in region "
                f"'{put.body['location']}'. Limit: '{limit}', Usage: '{used:g}' Requested: '{asked[name]:g}'.",
            )


def usages(location: str, world: World) -> list[dict[str, Any]]:
    """How much of each is used, as the list of usages tells it."""
    shown = {GROUPS: "Container Groups", CORES: "Standard Cores"}
    return [
        {
            "unit": "Count",
            "currentValue": int(used),
            "limit": limit,
            "name": {"value": name, "localizedValue": shown[name]},
        }
        for name, (used, limit) in _counted(location, world).items()
    ]


def _counted(location: str, world: World) -> dict[str, tuple[float, int]]:
    here = locations.normal(location)
    groups = [one for one in world.store.list(CONTAINER_GROUP) if one.location == here]
    cores = sum(checks.totals(one.properties["containers"])[0] for one in groups)
    return {
        GROUPS: (len(groups), world.limits.container_groups),
        CORES: (cores, world.limits.cores),
    }
