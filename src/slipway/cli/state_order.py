"""The order that Pulumi wants of a state's resources: whatever is referred to comes first."""

from collections.abc import Iterator, Sequence
from typing import Any

Resource = dict[str, Any]


def ordered(resources: Sequence[Resource]) -> list[Resource]:
    """The same entries, those that others refer to before them, otherwise as they were.

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
