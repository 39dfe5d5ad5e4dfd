"""Tags of Azure's resources, and words about models in the registry."""

import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from slipway.rules.rule import Rule

_MOST, _NAME_LENGTH, _VALUE_LENGTH = 50, 512, 256
_FORBIDDEN = "<>%&\\?/"
_SHOWN = 40
_STORED_BYTES = 64 << 10


@dataclass(frozen=True)
class AzureTags(Rule):
    """Azure's limits on the tags of one resource. Values that arrive late are passed over."""

    reserved: tuple[str, ...] = ()
    """Tags that the resource gets besides."""

    def refusal(self, value: Mapping[str, Any]) -> str | None:
        """Say why they are refused, or None."""
        return "; and ".join(self._reasons(value)) or None

    def _reasons(self, tags: Mapping[str, Any]) -> Iterator[str]:
        most = _MOST - len(self.reserved)
        if len(tags) > most:
            beside = f" beside {' and '.join(self.reserved)}" if self.reserved else ""
            yield f"must be at most {most} tags{beside}, got {len(tags)}"
        if wrong := [name for name in tags if not _is_name(name)]:
            yield f"must have names of 1-{_NAME_LENGTH} characters without {_FORBIDDEN}, got {_listed(wrong)}"
        if long := [
            name for name in tags if isinstance(tags[name], str) and len(tags[name]) > _VALUE_LENGTH
        ]:
            yield f"must have values of at most {_VALUE_LENGTH} characters, got more in {_listed(long)}"
        lower = Counter(name.lower() for name in tags)
        if twice := [name for name in tags if lower[name.lower()] > 1]:
            yield f"must have names that differ in more than case, got {_listed(twice)}"
        if taken := [name for name in tags if name.lower() in self.reserved]:
            yield f"must not set {_listed(taken)}: the service sets it"

    def schema(self) -> dict[str, Any]:
        """How many, and how long; other rules are left to the program."""
        return {
            "maxProperties": _MOST - len(self.reserved),
            "propertyNames": {"minLength": 1, "maxLength": _NAME_LENGTH},
        }


@dataclass(frozen=True)
class TagValue(Rule):
    """A text that becomes the value of a tag."""

    def refusal(self, value: str) -> str | None:
        """Say why it is refused, or None."""
        if len(value) <= _VALUE_LENGTH:
            return None
        return (
            f"must have at most {_VALUE_LENGTH} characters, as it becomes a tag, got {len(value)}"
        )

    def schema(self) -> dict[str, Any]:
        """The length."""
        return {"maxLength": _VALUE_LENGTH}


@dataclass(frozen=True)
class Stored(Rule):
    """Words about a model, which its manifest in the registry must have room for: a text, or texts by name.

    A bound of ours: a manifest holds 256 KiB, and tags, properties and a description may all be in it.
    """

    def refusal(self, value: str | Mapping[str, Any]) -> str | None:
        """Say why they are refused, or None."""
        if isinstance(value, Mapping) and "" in value:
            return "must have names that are not empty, got ''"
        known = (
            value
            if isinstance(value, str)
            else {n: v for n, v in value.items() if isinstance(v, str)}
        )
        # As text in a JSON document that is itself a text in one.
        size = len(json.dumps(json.dumps(known)))
        if size <= _STORED_BYTES:
            return None
        return f"must come to at most {_STORED_BYTES:,} bytes as it is stored, got {size:,}"


def _is_name(name: str) -> bool:
    return 0 < len(name) <= _NAME_LENGTH and name.isprintable() and not set(name) & set(_FORBIDDEN)


def _listed(names: Collection[str]) -> str:
    shown = [name if len(name) <= _SHOWN else f"{name[:_SHOWN]}..." for name in names]
    more = f" and {len(shown) - 3} more" if len(shown) > 3 else ""
    return ", ".join(map(repr, shown[:3])) + more


AZURE_TAGS = AzureTags()
SERVICE_TAGS = AzureTags(("description", "image"))
TAG_VALUE = TagValue()
STORED = Stored()
