"""Which Pulumi is wanted, and whether one that is there will do."""

import re
from dataclasses import dataclass
from pathlib import Path

_GO_MOD = Path(__file__).parent / "pulumi" / "go.mod"
_YAML_GO_MOD = Path(__file__).parent / "pulumi-yaml" / "go.mod"


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


MINIMUM = Version(3, 259, 0)  # the oldest that was run with the plug-in of this repository


def wanted(go_mod: Path = _GO_MOD) -> Version:
    """The release that is fetched or built: the one that `tools/pulumi/go.mod` requires."""
    return _required(go_mod, r"pulumi/pkg/v3 v(\S+)", "release of github.com/pulumi/pulumi/pkg/v3")


def minimum_go(go_mod: Path = _GO_MOD) -> Version:
    """The oldest Go that builds it."""
    return _required(go_mod, r"(?m)^go (\S+)", "version of Go")


def yaml_host(go_mod: Path = _YAML_GO_MOD) -> Version:
    """The release of the language host for YAML that is built beside it."""
    return _required(go_mod, r"pulumi-yaml v(\S+)", "release of github.com/pulumi/pulumi-yaml")


def _required(go_mod: Path, pattern: str, what: str) -> Version:
    found = re.search(pattern, go_mod.read_text())
    version = Version.parse(found[1]) if found else None
    if version is None:
        raise ValueError(f"{go_mod} requires no {what}")
    return version
