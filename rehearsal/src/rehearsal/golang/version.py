"""Versions of programs and of Go modules."""

import re
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, order=True)
class Version:
    """A release number. Order is by the numbers; whatever follows them (`-dev.1`) is ignored."""

    major: int
    minor: int
    patch: int

    @classmethod
    def parse(cls, text: str) -> "Version | None":
        """The first `1.2` or `1.2.3` in `text`, as `pulumi version` and `go version` print it."""
        found = re.search(r"(\d+)\.(\d+)(?:\.(\d+))?", text)
        return cls(int(found[1]), int(found[2]), int(found[3] or 0)) if found else None

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}"


def required_go(go_mod: Path) -> Version:
    """The oldest Go that builds what `go_mod` describes."""
    return required(go_mod, r"(?m)^go (\S+)", "version of Go")


def required(go_mod: Path, pattern: str, what: str) -> Version:
    """The version that `pattern` finds in a go.mod. Raises ValueError where there is none."""
    found = re.search(pattern, go_mod.read_text())
    version = Version.parse(found[1]) if found else None
    if version is None:
        raise ValueError(f"{go_mod} requires no {what}")
    return version
