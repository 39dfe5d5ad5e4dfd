"""Which Pulumi is wanted, and whether one will do."""

import pytest

from rehearsal.golang.version import Version
from tools.version import MINIMUM, minimum_go, wanted, yaml_host


@pytest.mark.parametrize(
    ("said", "version"),
    [
        ("v3.259.0\n", Version(3, 259, 0)),
        ("go version go1.26.8 linux/amd64", Version(1, 26, 8)),
        ("go version go1.27 linux/arm64", Version(1, 27, 0)),
        ("v3.260.0-dev.0+dirty", Version(3, 260, 0)),
        ("", None),
        ("warning: something else", None),
    ],
)
def test_versions_are_found_in_what_programs_say(said, version):
    assert Version.parse(said) == version


def test_versions_compare_by_number():
    assert Version.parse("3.99.0") < MINIMUM < Version.parse("3.1000.0")


def test_the_wanted_release_is_the_one_in_go_mod(tmp_path):
    go_mod = tmp_path / "go.mod"
    go_mod.write_text("module x\nrequire (\n\tgithub.com/pulumi/pulumi/pkg/v3 v3.300.1\n)\n")
    assert wanted(go_mod) == Version(3, 300, 1)
    assert wanted() >= MINIMUM
    go_mod.write_text("module x\n")
    with pytest.raises(ValueError, match="requires no release"):
        wanted(go_mod)


def test_the_oldest_go_is_the_one_that_go_mod_asks_for(tmp_path):
    go_mod = tmp_path / "go.mod"
    go_mod.write_text("module x\n\ngo 1.30.2\n")
    assert minimum_go(go_mod) == Version(1, 30, 2)
    assert minimum_go() >= Version(1, 26, 0)


def test_the_yaml_host_is_the_one_in_its_go_mod(tmp_path):
    go_mod = tmp_path / "go.mod"
    go_mod.write_text("require github.com/pulumi/pulumi-yaml v1.30.2\n")
    assert yaml_host(go_mod) == Version(1, 30, 2)
