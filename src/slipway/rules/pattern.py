"""Rules for texts of a certain form."""

import re
from dataclasses import dataclass
from typing import Any

from slipway.rules.rule import Rule, shown


@dataclass(frozen=True)
class Pattern(Rule):
    """A text that matches `regex` as a whole; `wording` completes "must be …"."""

    regex: str
    wording: str
    ignore_case: bool = False

    def refusal(self, value: str) -> str | None:
        """Say why it is refused, or None."""
        flags = re.IGNORECASE if self.ignore_case else 0
        if re.fullmatch(self.regex, value, flags):
            return None
        return f"must be {self.wording}, got {shown(value)}"

    def allows(self, value: str) -> bool:
        """Whether the text is of this form."""
        return self.refusal(value) is None

    def schema(self) -> dict[str, Any]:
        """JSON Schema has no flags: what ignores case is left to the program."""
        return {} if self.ignore_case else {"pattern": f"^(?:{self.regex})$"}
