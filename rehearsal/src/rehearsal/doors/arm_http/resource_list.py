"""`/resources` of a subscription or resource group: what `az resource list` shows."""

from collections.abc import Mapping
from typing import Any

from rehearsal.core import checks
from rehearsal.core.arm import Arm
from rehearsal.core.type_names import RESOURCE_GROUP
from rehearsal.doors.arm_http import lists

_SHOWN = ("id", "name", "type", "location", "tags", "kind", "sku", "identity")


def find(arm: Arm, under: str, query: Mapping[str, str]) -> list[dict[str, Any]]:
    """Tracked resources in short, as Azure has no others in this list. Raises ArmError."""
    checks.scope(under, arm.world)
    more = lists.expansions(query)
    tracked = [
        one
        for one in arm.list(under=under)
        if one["type"] != RESOURCE_GROUP and arm.kind(one["type"]).tracked
    ]
    found = lists.matching(tracked, query.get("$filter", ""), lists.RESOURCE_KEYS)
    return [_short(one, more) for one in found]


def _short(document: Mapping[str, Any], more: list[str]) -> dict[str, Any]:
    made = document.get("systemData") or {}
    expanded = {
        "createdTime": made.get("createdAt"),
        "changedTime": made.get("lastModifiedAt"),
        "provisioningState": document["properties"].get("provisioningState"),
    }
    shown = {key: document[key] for key in _SHOWN if key in document}
    return {**shown, **{name: expanded[name] for name in more}}
