"""Rules for numbers."""

from dataclasses import dataclass
from typing import Any

from slipway.rules.rule import Rule

# A float's own inaccuracy, in steps.
_ALMOST = 1e-6
# Pulumi carries numbers as doubles, which have no whole numbers beyond.
_LARGEST = 2**53 - 1
_MANY = 1_000_000


@dataclass(frozen=True)
class Range(Rule):
    """From `least` to `most`, or without an upper end, in steps of `step` (0: any); `where` is part of the sentence."""

    least: float
    most: float | None = None
    step: float = 1
    where: str = ""

    def refusal(self, value: float) -> str | None:
        """Say why it is refused, or None."""
        if self._inside(value):
            steps = value / self.step if self.step else 0
            if abs(steps - round(steps)) < _ALMOST:
                return None
        return f"must be {self}{f' on {self.where}' if self.where else ''}, got {_shown(value)}"

    def _inside(self, value: float) -> bool:
        return self.least <= value and value <= (_LARGEST if self.most is None else self.most)

    def schema(self) -> dict[str, Any]:
        """Minimum and maximum; steps of floats are left to the program."""
        return {"minimum": self.least} | ({} if self.most is None else {"maximum": self.most})

    def __str__(self) -> str:
        if self.most is None:
            return f"{_figures(self.least)} or more"
        steps = "" if self.step in (0, 1) else f" in steps of {self.step:g}"
        return f"{_figures(self.least)} to {_figures(self.most)}{steps}"


def _figures(value: float) -> str:
    """A large number as people write it."""
    return f"{value:,.0f}" if abs(value) >= _MANY else f"{value:g}"


def _shown(value: float) -> str:
    if isinstance(value, int) and abs(value) > _LARGEST:
        return "a number that is too large"
    return f"{value:g}"
