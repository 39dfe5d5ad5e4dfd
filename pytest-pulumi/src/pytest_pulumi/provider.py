"""A provider stand-in: what a test says about resources, in plain Python.

Subclass `Provider` and change what matters; as it stands it keeps resources in memory, gives their
inputs back as outputs, and updates everything in place. `ProviderServer` serves it to the engine.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pytest_pulumi.wire import has_unknowns, plain


class RefusedError(Exception):
    """The far end refuses: its message is what the user reads."""


class InvalidInputsError(Exception):
    """`check` refuses inputs: a reason for each property, all at once."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        self.problems = dict(problems)
        super().__init__("; ".join(f"{key} {reason}" for key, reason in problems.items()))


@dataclass(frozen=True)
class ProviderCall:
    """One question of the engine. Fields that a method does not have are empty.

    `inputs` and `old_inputs` hold `Secret` and `UNKNOWN` where the engine sent them; `peer` tells
    provider instances apart (each has a connection of its own); `request` is the whole message.
    """

    method: str
    type: str = ""
    name: str = ""
    urn: str = ""
    id: str = ""
    inputs: dict[str, Any] = field(default_factory=dict)
    old_inputs: dict[str, Any] = field(default_factory=dict)
    old_outputs: dict[str, Any] = field(default_factory=dict)
    preview: bool = False
    timeout: float = 0.0
    peer: str = ""
    request: Any = field(default=None, repr=False)


@dataclass(frozen=True)
class Diff:
    """What an update would do: `changed` and `replaced` are top-level input keys."""

    changed: frozenset[str] = frozenset()
    replaced: frozenset[str] = frozenset()
    delete_before_replace: bool = False


@dataclass
class Stored:
    """A resource that exists at the far end."""

    type: str
    inputs: dict[str, Any]
    outputs: dict[str, Any]


class Provider:
    """A far end in memory. Methods may be called from several threads at once."""

    package = "test"
    version = "1.0.0"
    replaces: Mapping[str, frozenset[str] | set[str]] = {}
    """Inputs that cannot be changed in place, by type."""
    delete_before_replace = False
    functions: Mapping[str, Callable[[dict[str, Any]], Mapping[str, Any]]] = {}

    def __init__(self) -> None:
        self.resources: dict[str, Stored] = {}
        self.config: dict[str, Any] = {}
        self.lock = threading.RLock()

    def configure(self, call: ProviderCall) -> None:
        """Take the provider's configuration (`call.inputs`)."""
        self.config = call.inputs

    def check(self, call: ProviderCall) -> Mapping[str, Any]:
        """The inputs with defaults filled in; raise `InvalidInputsError` for bad ones."""
        return call.inputs

    def diff(self, call: ProviderCall) -> Diff:
        """Compare `call.old_inputs` with `call.inputs`; what is unknown counts as changed."""
        keys = call.old_inputs.keys() | call.inputs.keys()
        changed = frozenset(key for key in keys if self.differs(call, key))
        replaced = changed & frozenset(self.replaces.get(call.type, ()))
        return Diff(changed, replaced, bool(replaced) and self.delete_before_replace)

    def differs(self, call: ProviderCall, key: str) -> bool:
        """Whether the input is another one now."""
        new = call.inputs.get(key)
        return has_unknowns(new) or plain(call.old_inputs.get(key)) != plain(new)

    def new_id(self, call: ProviderCall) -> str:
        """The id of a resource about to be created: its name, unless the far end knows better."""
        return call.name

    def outputs(self, call: ProviderCall) -> Mapping[str, Any]:
        """What the far end answers beyond the inputs, after a create or an update."""
        return {}

    def preview_outputs(self, call: ProviderCall) -> Mapping[str, Any]:
        """What a preview can already say beyond the inputs; the rest is unknown."""
        return {}

    def create(self, call: ProviderCall) -> tuple[str, Mapping[str, Any]]:
        """Create, and return id and outputs; raise `RefusedError` where the far end would.

        Not called in previews.
        """
        id_, outputs = self.new_id(call), {**call.inputs, **self.outputs(call)}
        with self.lock:
            if id_ in self.resources:
                raise RefusedError(f"a resource with ID {id_!r} already exists")
            self.resources[id_] = Stored(call.type, dict(call.inputs), dict(outputs))
        return id_, outputs

    def read(self, call: ProviderCall) -> Stored | None:
        """What exists under `call.id`, or None."""
        with self.lock:
            return self.resources.get(call.id)

    def update(self, call: ProviderCall) -> Mapping[str, Any]:
        """Change in place and return the outputs. Not called in previews."""
        outputs = {**call.inputs, **self.outputs(call)}
        with self.lock:
            self.resources[call.id] = Stored(call.type, dict(call.inputs), dict(outputs))
        return outputs

    def delete(self, call: ProviderCall) -> None:
        """Remove; what is not there any more is no error."""
        with self.lock:
            self.resources.pop(call.id, None)

    def invoke(self, call: ProviderCall) -> Mapping[str, Any]:
        """Answer a function (`call.type` is its token)."""
        if call.type not in self.functions:
            raise RefusedError(f"the stand-in for {self.package} has no function {call.type}")
        return self.functions[call.type](call.inputs)

    def cancel(self) -> None:
        """The engine wants everything to stop."""
