"""Resources that Azure has although their creation answered an error: what the program would create, compared with
what is there.

No pending create is left of such a one. But the program says what it would create, and names are deterministic.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from slipway.cli.stacks import Stack
from slipway.cli.state import PendingCreate, Resource, State

_CREATES = frozenset({"create", "create-replacement"})
# What a preview's JSON shows for a secret, and for what is not known yet (pulumi/sdk/go/common/resource/plugin/rpc.go).
_SECRET, _UNKNOWN = "[secret]", "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


def would_create(stack: Stack, state: State) -> list[Resource]:
    """The custom resources that an update would create and the state does not have. Raises CommandError.

    Those whose names depend on others that are not there either are left out.
    """
    preview = json.loads(stack.read(["preview", "--json"]))
    has = set(_live(state))
    steps = preview.get("steps") or []
    created = [step["newState"] for step in steps if step["op"] in _CREATES]
    return [
        _adoptable(one)
        for one in created
        if one.get("custom") and one["urn"] not in has and one.get("parent", one["urn"]) in has
    ]


def as_pending(resource: Resource) -> PendingCreate:
    """The same, to be looked up as an interrupted creation is; unknown names lead to no id."""
    known = {key: value for key, value in resource["inputs"].items() if value != _UNKNOWN}
    return PendingCreate(resource["urn"], resource["type"], known)


def with_creations(state: State, resources: list[Resource]) -> State:
    """The state as it would be, had these creations been interrupted."""
    deployment = state["deployment"]
    begun = [{"type": "creating", "resource": one} for one in resources]
    pending = [*(deployment.get("pending_operations") or []), *begun]
    return {**state, "deployment": {**deployment, "pending_operations": pending}}


def _live(state: State) -> Iterator[str]:
    for one in state.get("deployment", {}).get("resources") or []:
        if not one.get("delete") and not one.get("pendingReplacement"):
            yield one["urn"]


def _adoptable(resource: Resource) -> Resource:
    """Without the places of secrets and unknowns: the next update fills them in."""
    return {**resource, "inputs": _known(resource.get("inputs") or {})}


def _known(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _known(each) for key, each in value.items() if each != _SECRET}
    if isinstance(value, list):
        return [_known(each) for each in value if each != _SECRET]
    return value
