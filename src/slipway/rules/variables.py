"""Environment variables of a service's container."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from slipway.rules.names import VARIABLE_NAME
from slipway.rules.rule import Rule
from slipway.rules.scoring_container import RESERVED_VARIABLES


@dataclass(frozen=True)
class Variables(Rule):
    """A mapping whose keys are names that a service may set."""

    def refusal(self, value: Mapping[str, Any]) -> str | None:
        """Say why it is refused, or None. Values, which may be secret, are never shown."""
        return "; and ".join(_reasons(value)) or None


def _reasons(names: Iterable[str]) -> Iterator[str]:
    if wrong := sorted(name for name in names if not VARIABLE_NAME.allows(name)):
        yield f"must have names of {VARIABLE_NAME.wording}, got {', '.join(map(repr, wrong))}"
    if taken := sorted(RESERVED_VARIABLES & set(names)):
        yield f"must not set {', '.join(taken)}: the service sets it"


VARIABLES = Variables()
