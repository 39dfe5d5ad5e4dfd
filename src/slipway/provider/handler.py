"""What one resource type does, in plain Python: names as in its Args class, no wire, no secrets' marks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from threading import Event
from typing import Any, ClassVar

import pulumi

from slipway.provider.errors import Refused

Properties = dict[str, Any]


@dataclass(frozen=True)
class Created:
    """A resource's id and all its outputs."""

    id: str
    outputs: Properties


@dataclass(frozen=True)
class Found:
    """A resource as it is now; inputs that are None are those that were there before."""

    id: str
    outputs: Properties
    inputs: Properties | None = None


class Handler:
    """Subclasses say what their resource is called, has and does.

    Methods block and run in threads of their own, several at a time: handlers keep nothing.
    """

    args: ClassVar[type]
    """Its Args class: the inputs."""
    computed: ClassVar[tuple[str, ...]] = ()
    """Outputs that are no inputs."""
    secret_outputs: ClassVar[frozenset[str]] = frozenset()
    stops_at_once: ClassVar[bool] = False
    """Whether a cancelled update need not wait for what is under way."""

    def __init__(self, cancelled: Event) -> None:
        self.cancelled = cancelled
        """Set when the user cancels the update."""

    def refusals(self, _inputs: Properties) -> dict[str, str]:
        """What is wrong with inputs of the right types, by name; unknown ones are `pulumi.UNKNOWN`."""
        return {}

    def foreseen(self, _inputs: Properties) -> Properties:
        """Outputs that are known before anything is done. They become inputs too: what a preview shows to change is
        taken from there. May raise InvalidInputs."""
        return {}

    def changed(self, _state: Properties, _inputs: Properties) -> list[str]:
        """Names of what an update would change."""
        raise NotImplementedError

    def replaces(self, _changed: Iterable[str]) -> list[str]:
        """Those among them that only another resource can have."""
        return []

    def preview(self, _state: Properties, inputs: Properties) -> Properties:
        """Outputs as they will be; `state` is empty before a resource is created."""
        return {**dict.fromkeys(self.computed, pulumi.UNKNOWN), **inputs}

    def create(self, _name: str, _inputs: Properties) -> Created:
        """Do it."""
        raise NotImplementedError

    def update(self, _state: Properties, _inputs: Properties) -> Properties:
        """Do it; returns the outputs."""
        raise NotImplementedError

    def read(self, id_: str, state: Properties) -> Found | None:
        """What is there now, None where nothing is. `state` is empty when a resource is to be imported."""
        if not state:
            raise Refused(self.no_import)
        return Found(id_, state)

    no_import: ClassVar[str] = ""
    """Why it cannot be imported, where it cannot."""

    def delete(self, _state: Properties) -> None:
        """Undo what was created."""


def differing(
    state: Mapping[str, Any], inputs: Mapping[str, Any], names: Iterable[str]
) -> list[str]:
    """Names whose values differ; absent, None, '' and empty are the same, an unknown is a difference."""
    return [name for name in names if _one(state, name) != _one(inputs, name)]


def _one(values: Mapping[str, Any], name: str) -> Any:
    return values.get(name) or None
