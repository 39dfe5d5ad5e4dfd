"""Deleted Log Analytics workspaces: for 14 days one of the same name comes back with its ids and keys."""

import json
from collections.abc import Mapping
from typing import Any

from rehearsal.core.ids import ResourceId
from rehearsal.core.resource import Resource
from rehearsal.core.world import World

Kept = Mapping[str, Any]


def keep(resource: Resource, world: World) -> None:
    """Remember a workspace that goes, if this rehearsal takes Azure's times."""
    if world.times.kept_seconds:
        kept = {
            "customerId": resource.properties["customerId"],
            "createdDate": resource.properties["createdDate"],
            "location": resource.location,
            "keys": resource.private["keys"],
            "deleted": world.times.clock(),
        }
        world.store.set_setting(_key(resource.id), json.dumps(kept))


def find(workspace: ResourceId, location: str, world: World) -> Kept | None:
    """What is to come back as a workspace of that name in that region; None for a new one."""
    text = world.store.setting(_key(workspace))
    if not world.times.kept_seconds or not text:
        return None
    kept: Kept = json.loads(text)
    old = world.times.clock() - float(kept["deleted"]) > world.times.kept_seconds
    return None if old or kept["location"] != location else kept


def _key(workspace: ResourceId) -> str:
    return f"deleted-workspace-{workspace.key}"
