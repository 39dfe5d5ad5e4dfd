"""A stack's state after an interrupted update: what is pending in it, and how it is settled."""

import copy
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

State = dict[str, Any]
Resource = dict[str, Any]

# Created again they are the same: numbers and images are found by their content, the rest is in the state only.
REPEATABLE = frozenset(
    {
        "docker-build:index:Image",
        "slipway:index:ImageLookup",
        "slipway:index:ImageVersion",
        "slipway:index:ModelLookup",
        "slipway:index:ModelVersion",
        "slipway:index:ServiceKeys",
        "slipway:index:SmokeTest",
        "slipway:index:ClusterGuard",
        "slipway:index:FixedClusterSettings",
        "slipway:index:WorkspaceGuard",
    }
)
_PROVIDERS = "pulumi:providers:"


@dataclass(frozen=True)
class PendingCreate:
    """A resource whose creation was started and never recorded as finished."""

    urn: str
    type: str
    inputs: dict[str, Any]
    custom: bool = True
    """Components are not: they, and providers, are nowhere but in the state."""

    @property
    def name(self) -> str:
        return self.urn.rsplit("::", 1)[-1]

    @property
    def is_repeatable(self) -> bool:
        """Whether the next update may simply create it again."""
        only_in_the_state = not self.custom or self.type.startswith(_PROVIDERS)
        return only_in_the_state or self.type in REPEATABLE

    @property
    def shown(self) -> str:
        """Type and name, for the user."""
        return f"{self.type} {self.name}"


def pending_creates(state: State) -> list[PendingCreate]:
    """The creates that the state does not know the end of."""
    return [
        PendingCreate(
            resource["urn"],
            resource["type"],
            resource.get("inputs") or {},
            resource.get("custom", True),
        )
        for resource in map(lambda operation: operation["resource"], _pending(state, "creating"))
    ]


def pending_deletions(state: State, types: Collection[str]) -> list[tuple[str, str]]:
    """Type and ARM id of what was being deleted. What was being replaced counts too."""
    deleting = [operation["resource"] for operation in _pending(state, "deleting")]
    return [(each["type"], each["id"]) for each in deleting if each["type"] in types]


def settle(
    state: State, existing: Mapping[str, str], unclear: Collection[str] = frozenset()
) -> State:
    """The state without pending operations; `existing` (URN -> id) are in it as resources.

    Creates of the URNs in `unclear` stay pending. Outputs of what exists are its inputs until the
    refresh reads the rest. A half-done replacement's old entry (`pendingReplacement`) makes way: its
    resource was deleted before the create began.
    """
    settled = copy.deepcopy(state)
    deployment = settled["deployment"]
    creating = list(_pending(settled, "creating"))
    found = [
        {**operation["resource"], "id": existing[urn], "outputs": operation["resource"]["inputs"]}
        for operation in creating
        if (urn := operation["resource"]["urn"]) in existing
    ]
    kept = [
        resource
        for resource in deployment.get("resources") or []
        if not (resource["urn"] in existing and resource.get("pendingReplacement"))
    ]
    # What was being replaced has dependents in the state: it cannot simply be at the end.
    deployment["resources"] = ordered(kept + found)
    deployment["pending_operations"] = [
        operation for operation in creating if operation["resource"]["urn"] in unclear
    ]
    return settled


def _pending(state: State, kind: str) -> Iterator[dict[str, Any]]:
    operations = state.get("deployment", {}).get("pending_operations") or []
    return (operation for operation in operations if operation["type"] == kind)


def ordered(resources: Sequence[Resource]) -> list[Resource]:
    """The same entries, those that others refer to before them, as Pulumi wants it; otherwise as they were.

    Entries that wait for their deletion (`delete`) share the URN of what took their place; nothing
    refers to them.
    """
    live = {entry["urn"]: entry for entry in resources if not entry.get("delete")}
    done: dict[int, Resource] = {}
    begun: set[int] = set()

    def put(entry: Resource) -> None:
        if id(entry) in begun:
            return
        begun.add(id(entry))
        for urn in _referred(entry):
            if urn in live:
                put(live[urn])
        done[id(entry)] = entry

    for entry in resources:
        put(entry)
    return list(done.values())


def _referred(entry: Resource) -> Iterator[str]:
    """URNs of parent, provider and dependencies."""
    if parent := entry.get("parent"):
        yield parent
    if provider := entry.get("provider"):
        yield provider.rpartition("::")[0]  # `<urn>::<id>`
    if with_it := entry.get("deletedWith"):
        yield with_it
    yield from entry.get("dependencies") or ()
    for urns in (entry.get("propertyDependencies") or {}).values():
        yield from urns or ()
