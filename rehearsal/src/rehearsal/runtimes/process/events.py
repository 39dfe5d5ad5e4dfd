"""What happened to a container, in Azure's words; what happens again is counted."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Any, Literal

from rehearsal.core.containers import Event

_KEPT = 100


def now() -> str:
    """The time in the form of the instance view."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Events:
    """The newest last. Whoever uses it holds the container's lock."""

    def __init__(self) -> None:
        self._found: list[Event] = []

    def note(self, name: str, message: str, kind: Literal["Normal", "Warning"] = "Normal") -> None:
        """It happened now."""
        at = now()
        for index, one in enumerate(self._found):
            if (one.name, one.message, one.type) == (name, message, kind):
                self._found.append(replace(self._found.pop(index), last=at, count=one.count + 1))
                return
        self._found.append(Event(name=name, message=message, type=kind, first=at, last=at))
        del self._found[:-_KEPT]

    def all(self) -> Sequence[Event]:
        """All that is kept."""
        return tuple(self._found)

    def kept(self) -> list[dict[str, Any]]:
        """For the record on the disk."""
        return [asdict(one) for one in self._found]

    def restore(self, kept: Sequence[Mapping[str, Any]]) -> None:
        """What an earlier rehearsal noted, in place of what there is."""
        self._found = [Event(**one) for one in kept]
