"""What a program did under mocks."""

from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pytest_pulumi.options import Options
from pytest_pulumi.wire import leaves


@dataclass(frozen=True)
class Resource:
    """One registered resource. `inputs` are as the engine would receive them: camelCase keys,
    `Secret` where a secret is, `UNKNOWN` where nothing is known yet."""

    type: str
    name: str
    urn: str
    custom: bool
    inputs: dict[str, Any]
    options: Options

    @property
    def parent(self) -> str:
        """The URN of the parent; the stack's for what has none of its own."""
        return self.options.parent


@dataclass(frozen=True)
class Call:
    """One invocation of a provider's function."""

    token: str
    args: dict[str, Any]
    provider: str


@dataclass(frozen=True)
class Log:
    """One message that the program logged; severity is `debug`, `info`, `warning` or `error`."""

    severity: str
    message: str
    urn: str


@dataclass
class Run:
    """Everything that the engine would have heard from the program, in no particular order."""

    resources: list[Resource] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    outputs: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What each component registered, by its URN."""
    exports: dict[str, Any] = field(default_factory=dict)
    """What the program exported (`pulumi.export`)."""
    logs: list[Log] = field(default_factory=list)
    hooks: dict[str, Callable[..., Any]] = field(default_factory=dict)
    """What the program wants to be called back for (resource and error hooks), by name."""
    result: Any = None
    """What the program function returned, outputs resolved."""

    def all(self, type_: str) -> list[Resource]:
        """Every resource of the type, sorted by name."""
        return sorted((r for r in self.resources if r.type == type_), key=lambda r: r.name)

    def one(self, type_: str, name: str | None = None) -> Resource:
        """The only resource of the type, or the only one with the name too.

        Raises AssertionError that lists what there is.
        """
        found = [r for r in self.all(type_) if name in (None, r.name)]
        if len(found) != 1:
            wanted = type_ if name is None else f"{type_} {name!r}"
            there = ", ".join(sorted(f"{r.type} {r.name!r}" for r in self.resources)) or "nothing"
            raise AssertionError(
                f"one {wanted} expected, {len(found)} registered; there is {there}"
            )
        return found[0]

    def children(self, parent: Resource) -> list[Resource]:
        """The resources right under `parent`, sorted by name."""
        return sorted((r for r in self.resources if r.parent == parent.urn), key=lambda r: r.name)

    def assert_only_in_secrets(self, planted: str) -> None:
        """Refuse `planted`, also in base64, anywhere but inside a secret: inputs, outputs, exports, names, logs.

        Raises AssertionError with the places; and when the value is nowhere at all, since then
        nothing would have been tested.
        """
        spellings = (planted, b64encode(planted.encode()).decode())
        seen = [
            (where, secret)
            for where, text, secret in self._texts()
            if any(spelling in text for spelling in spellings)
        ]
        bare = [where for where, secret in seen if not secret]
        if bare:
            raise AssertionError("the planted secret is bare in " + ", ".join(sorted(bare)))
        if not seen:
            raise AssertionError("the planted secret is nowhere: was it given to the program?")

    def _texts(self) -> list[tuple[str, str, bool]]:
        values: list[tuple[str, Any]] = [("exports", self.exports)]
        values += [(f"outputs of {urn}", outputs) for urn, outputs in self.outputs.items()]
        values += [(f"arguments of {call.token}", call.args) for call in self.calls]
        values += [(f"a log message of severity {log.severity}", log.message) for log in self.logs]
        for resource in self.resources:
            values.append((f"inputs of {resource.urn}", resource.inputs))
            values.append((f"the name of a {resource.type}", resource.name))
        return [
            (f"{where}: {path}" if path else where, str(leaf), secret)
            for where, value in values
            for path, leaf, secret in leaves(value)
        ]


Answer = Callable[[Resource], Mapping[str, Any]] | Mapping[str, Any]
"""What a provider returns beyond the inputs: outputs by their camelCase names, and maybe `id`."""

Function = Callable[[dict[str, Any]], Mapping[str, Any]] | Mapping[str, Any]
"""What a provider's function returns for its arguments."""
