"""A stack's configuration as it was given, before anything of it is checked."""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Given:
    """Keys of Slipway's own, and `azure-native:location`, with their values."""

    values: Mapping[str, Any]
    hidden: Set[str] = frozenset()
    """Keys that are secret: a program learns of secrecy only by top-level key, so all of a value is."""
    written: Mapping[str, Any] = field(default_factory=dict)
    """The stack file's configuration with every scalar as its text, as far as it was found."""
    stack: str = ""
    """This stack: organization/project/stack."""

    @property
    def of_stack(self) -> str:
        """What a command that is advised needs, so that it is about this stack: another may be selected."""
        name = self.stack.rpartition("/")[2]
        return f" --stack {name}" if name else ""

    def names(self, key: str) -> Set[str]:
        """The names in a map, whether what they stand for is right or not."""
        value = self.values.get(key)
        return frozenset(map(str, value)) if isinstance(value, Mapping) else frozenset()

    def has(self, key: str, name: str) -> bool:
        """Whether a map has the name, or may have it: one that is secret, or no map, does not tell."""
        value = self.values.get(key, {})
        return key in self.hidden or not isinstance(value, Mapping) or name in value
