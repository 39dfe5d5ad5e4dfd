"""`$filter`, `$top`, `$expand` and pages of the lists that ARM itself makes: resource groups and resources."""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from rehearsal.core.errors import ArmError

MAX_PAGE = 1000
_CLAUSE = re.compile(r"(\w+) eq '([^']*)'", re.IGNORECASE)
_AND = re.compile(r"\s+and\s+", re.IGNORECASE)
GROUP_KEYS = ("tagName", "tagValue")
RESOURCE_KEYS = ("resourceType", "name", "resourceGroup", "location", *GROUP_KEYS)
EXPANDABLE = ("createdTime", "changedTime", "provisioningState")


def matching(
    documents: Sequence[dict[str, Any]], text: str, keys: Sequence[str]
) -> list[dict[str, Any]]:
    """The documents that the filter lets through. Raises ArmError for one that Azure does not take."""
    wanted = _clauses(text, keys)
    return [one for one in documents if _suits(one, wanted)]


def page(documents: Sequence[Any], query: Mapping[str, str], url: str) -> dict[str, Any]:
    """One page, and the address of the next where there is one. Raises ArmError."""
    top = _number(query, "$top", MAX_PAGE, least=1)
    start = _number(query, "$skiptoken", 0, least=0)
    shown = {"value": list(documents[start : start + top])}
    if start + top >= len(documents):
        return shown
    following = {key: value for key, value in query.items() if key.lower() != "$skiptoken"}
    return {**shown, "nextLink": f"{url}?{urlencode({**following, '$skiptoken': start + top})}"}


def expansions(query: Mapping[str, str]) -> list[str]:
    """What `$expand` names. Raises ArmError for what cannot be expanded."""
    asked = [one.strip() for one in query.get("$expand", "").split(",") if one.strip()]
    known = {name.lower(): name for name in EXPANDABLE}
    for one in asked:
        if one.lower() not in known:
            raise ArmError(
                400,
                "InvalidExpandQueryParameter",
                f"The $expand query parameter '{one}' is invalid. The supported values are "
                f"'{','.join(EXPANDABLE)}'.",
            )
    return [known[one.lower()] for one in asked]


def _clauses(text: str, keys: Sequence[str]) -> dict[str, str]:
    found = {}
    for clause in _AND.split(text.strip()) if text.strip() else ():
        match = _CLAUSE.fullmatch(clause)
        name = match and next((key for key in keys if key.lower() == match[1].lower()), None)
        if match is None or name is None:
            raise ArmError(
                400,
                "InvalidFilterInQueryString",
                f"Invalid $filter '{text}' specified in the query string "
                f"(the rehearsal knows {', '.join(keys)} eq '...', joined by and).",
            )
        found[name] = match[2]
    return found


def _suits(document: Mapping[str, Any], wanted: Mapping[str, str]) -> bool:
    given = {
        "resourceType": document["type"],
        "name": document["name"],
        "location": document.get("location"),
        "resourceGroup": (document["id"].split("/") + [""] * 5)[4],
    }
    same = all(
        str(given[key]).lower() == value.lower() for key, value in wanted.items() if key in given
    )
    return same and _has_tag(document.get("tags") or {}, wanted)


def _has_tag(tags: Mapping[str, str], wanted: Mapping[str, str]) -> bool:
    if not {"tagName", "tagValue"} & set(wanted):
        return True
    return any(
        name.lower() == wanted.get("tagName", name).lower()
        and value == wanted.get("tagValue", value)
        for name, value in tags.items()
    )


def _number(query: Mapping[str, str], name: str, default: int, *, least: int) -> int:
    given = next((value for key, value in query.items() if key.lower() == name), None)
    if given is None:
        return default
    if not given.isascii() or not given.isdecimal() or len(given) > 9 or int(given) < least:
        raise ArmError(
            400,
            "InvalidQueryParameterValue",
            f"The value '{given}' of the query parameter '{name}' is invalid.",
        )
    return min(int(given), MAX_PAGE) if name == "$top" else int(given)
