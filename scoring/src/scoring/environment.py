"""Reading settings from environment variables: all mistakes are gathered, none is guessed away."""

from __future__ import annotations

from collections.abc import Mapping

from scoring.errors import ScoringError

_TRUE, _FALSE = {"1", "true", "t", "yes", "y", "on"}, {"0", "false", "f", "no", "n", "off", ""}


class Reader:
    """Reads typed values; `problems` holds one sentence for each value that is not allowed."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self.variables = variables
        self.problems: list[str] = []

    def text(self, name: str, default: str = "") -> str:
        return self.variables.get(name, default)

    def integer(self, name: str, default: int, least: int = 0, most: int = 2**53) -> int:
        return int(self.number(name, default, least, most, whole=True))

    def number(
        self,
        name: str,
        default: float,
        least: float = 0,
        most: float = 2**53,
        *,
        whole: bool = False,
    ) -> float:
        given = self.variables.get(name, "").strip()
        if not given:
            return default
        try:
            value = int(given) if whole else float(given)
        except ValueError:
            value = float("nan")
        if not least <= value <= most:
            kind = "a whole number" if whole else "a number"
            self.problems.append(
                f"{name} is {given!r}; it must be {kind} from {least:g} to {most:g}"
            )
            return default
        return value

    def boolean(self, name: str, default: bool) -> bool:
        given = self.variables.get(name)
        if given is None:
            return default
        if given.strip().lower() in _TRUE | _FALSE:
            return given.strip().lower() in _TRUE
        self.problems.append(f"{name} is {given!r}; it must be true or false")
        return default

    def choice(self, name: str, default: str, allowed: tuple[str, ...]) -> str:
        given = self.variables.get(name) or default
        if given not in allowed:
            self.problems.append(f"{name} is {given!r}; it must be one of {', '.join(allowed)}")
            return default
        return given

    def finish(self) -> None:
        """Raises ScoringError with every problem found so far."""
        if self.problems:
            raise ScoringError("; ".join(self.problems))
