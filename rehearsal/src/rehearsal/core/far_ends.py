"""What listens for single resources: a registry's port, for every resource of the type in one and the same way."""

from typing import Protocol


class FarEnd(Protocol):
    """The door behind the resources of one type, for example of all container registries."""

    def open(self, name: str, port: int) -> None:
        """Start to listen for the resource; one that is open already stays open."""

    def close(self, name: str) -> None:
        """Stop listening and forget what the resource held."""


class FarEnds:
    """ARM type -> far end. Filled after the core is there, as the doors need the core first."""

    def __init__(self) -> None:
        self._doors: dict[str, FarEnd] = {}

    def register(self, resource_type: str, door: FarEnd) -> None:
        """Let `door` listen for the resources of that type."""
        self._doors[resource_type] = door

    def of(self, resource_type: str) -> FarEnd:
        """The far end of a type. Raises KeyError for a type that has none."""
        return self._doors[resource_type]
