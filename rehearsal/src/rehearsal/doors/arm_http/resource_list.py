"""`/resources` of a subscription or resource group: what `az resource list` shows."""

import re
from collections.abc import Mapping
from typing import Any

from rehearsal.core import checks
from rehearsal.core.arm import Arm
from rehearsal.core.errors import ArmError
from rehearsal.core.type_names import RESOURCE_GROUP

_SHOWN = ("id", "name", "type", "location", "tags", "kind", "sku", "identity")
_FILTER = re.compile(r"resourceType eq '(?P<type>[^']+)'", re.IGNORECASE)


def find(arm: Arm, under: str, query: Mapping[str, str]) -> list[dict[str, Any]]:
    """Tracked resources in short, as Azure has no others in this list. Raises ArmError."""
    checks.scope(under, arm.world)
    wanted = _type(query.get("$filter", ""))
    return [
        {key: one[key] for key in _SHOWN if key in one}
        for one in arm.list(under=under)
        if one["type"] != RESOURCE_GROUP
        and arm.kind(one["type"]).tracked
        and wanted in ("", one["type"].lower())
    ]


def _type(text: str) -> str:
    match = _FILTER.fullmatch(text.strip()) if text else None
    if text and match is None:
        raise ArmError(
            400,
            "InvalidFilterInQueryString",
            f"Invalid $filter '{text}' specified in the query string "
            "(the rehearsal knows resourceType eq '...').",
        )
    return match["type"].lower() if match else ""
