"""Which image a service runs: the one just built, or a number."""

import re
from dataclasses import dataclass
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, WithJsonSchema

_PATTERN = r"^(latest|[a-z0-9][-.a-z0-9]{1,30}[a-z0-9]:([1-9][0-9]*|latest))$"


@dataclass(frozen=True)
class Choice:
    """`latest` is no name and no number; `name:latest` no number."""

    name: str | None = None
    version: int | None = None

    @classmethod
    def parse(cls, value: Any) -> Self:
        """Read `latest`, `name:number` or `name:latest`."""
        if isinstance(value, cls):
            return value
        if not isinstance(value, str) or re.fullmatch(_PATTERN, value) is None:
            raise ValueError(f"must be latest, name:number or name:latest, got {value!r}")
        if value == "latest":
            return cls()
        name, _, number = value.rpartition(":")
        return cls(name, None if number == "latest" else int(number))


ImageChoice = Annotated[
    Choice,
    BeforeValidator(Choice.parse),
    WithJsonSchema({"type": "string", "pattern": _PATTERN}),
]
