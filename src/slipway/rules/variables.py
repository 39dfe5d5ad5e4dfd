"""Environment variables of a service's container."""

from collections.abc import Mapping
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
        if wrong := sorted(name for name in value if not VARIABLE_NAME.allows(name)):
            shown = ", ".join(map(repr, wrong))
            return f"must have names of {VARIABLE_NAME.wording}, got {shown}"
        if taken := sorted(RESERVED_VARIABLES & set(value)):
            return f"must not set {', '.join(taken)}: the service sets it"
        return None


VARIABLES = Variables()
