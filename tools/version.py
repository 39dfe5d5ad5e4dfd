"""Which Pulumi is wanted, and whether one that is there will do."""

from pathlib import Path

from rehearsal.golang.version import Version, required, required_go

_GO_MOD = Path(__file__).parent / "pulumi" / "go.mod"
_YAML_GO_MOD = Path(__file__).parent / "pulumi-yaml" / "go.mod"

MINIMUM = Version(3, 259, 0)  # the oldest that was run with the plug-in of this repository


def wanted(go_mod: Path = _GO_MOD) -> Version:
    """The release that is fetched or built: the one that `tools/pulumi/go.mod` requires."""
    return required(go_mod, r"pulumi/pkg/v3 v(\S+)", "release of github.com/pulumi/pulumi/pkg/v3")


def minimum_go(go_mod: Path = _GO_MOD) -> Version:
    """The oldest Go that builds it."""
    return required_go(go_mod)


def yaml_host(go_mod: Path = _YAML_GO_MOD) -> Version:
    """The release of the language host for YAML that is built beside it."""
    return required(go_mod, r"pulumi-yaml v(\S+)", "release of github.com/pulumi/pulumi-yaml")
