"""What one run of the CLI did."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Step:
    """One step of the engine on one resource: `op` is `create`, `update`, `same`, `replace`, ..."""

    op: str
    urn: str
    type: str
    keys: tuple[str, ...] = ()
    """The inputs that make a replacement necessary."""
    diffs: tuple[str, ...] = ()
    """The inputs that changed."""

    @property
    def name(self) -> str:
        """The name in the program."""
        return self.urn.rpartition("::")[2]


@dataclass(frozen=True)
class Result:
    """A finished run of the CLI. `exit_code` is negative when a signal ended it."""

    command: tuple[str, ...]
    exit_code: int
    stdout: str
    stderr: str
    seconds: float
    events: list[dict[str, Any]] = field(default_factory=list, repr=False)

    @property
    def ok(self) -> bool:
        """Whether the CLI succeeded."""
        return self.exit_code == 0

    @property
    def killed(self) -> bool:
        """Whether SIGKILL ended it."""
        return self.exit_code == -9

    @property
    def text(self) -> str:
        """All that the user saw."""
        return self.stdout + self.stderr

    @property
    def changes(self) -> dict[str, int]:
        """How many resources per operation, as the CLI's summary counts them."""
        for event in reversed(self.events):
            if "summaryEvent" in event:
                return {k: v for k, v in event["summaryEvent"]["resourceChanges"].items() if v}
        return {}

    @property
    def changed(self) -> bool:
        """Whether anything but `same` happened, or would happen."""
        return bool(self.changes.keys() - {"same"})

    @property
    def steps(self) -> list[Step]:
        """Every step that was begun or planned, in order."""
        return [
            _step(e["resourcePreEvent"]["metadata"]) for e in self.events if "resourcePreEvent" in e
        ]

    def ops(self, type_: str, name: str | None = None) -> list[str]:
        """The operations on the resources of a type, in order."""
        return [s.op for s in self.steps if s.type == type_ and name in (None, s.name)]

    @property
    def diagnostics(self) -> list[str]:
        """What was reported as error or warning, without colours."""
        return list(self._diagnostics({"error", "warning"}))

    @property
    def errors(self) -> list[str]:
        """What was reported as error."""
        return list(self._diagnostics({"error"}))

    def check(self) -> "Result":
        """Itself, if the CLI succeeded.

        Raises AssertionError with everything that it printed.
        """
        if not self.ok:
            raise AssertionError(
                f"pulumi {' '.join(self.command)} left with {self.exit_code}:\n{self.text}"
            )
        return self

    def _diagnostics(self, severities: set[str]) -> Iterator[str]:
        for event in self.events:
            diagnostic = event.get("diagnosticEvent")
            if diagnostic and diagnostic["severity"] in severities:
                yield _plain(diagnostic["message"])


def _step(metadata: dict[str, Any]) -> Step:
    return Step(
        metadata["op"],
        metadata["urn"],
        metadata["type"],
        tuple(metadata.get("keys") or ()),
        tuple(metadata.get("diffs") or ()),
    )


def _plain(text: str) -> str:
    """Without the CLI's own colour marks (`<{%reset%}>`)."""
    while "<{%" in text:
        before, _, rest = text.partition("<{%")
        text = before + rest.partition("%}>")[2]
    return text.strip()


def read_events(log: Path) -> list[dict[str, Any]]:
    """The engine's events; a line cut short by a kill is left out."""
    events = []
    for line in log.read_text().splitlines() if log.exists() else ():
        try:
            events.append(json.loads(line))
        except json.JSONDecodeError:
            break
    return events
