"""What the README lists is what there is."""

import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.main import get_group

from rehearsal.arm.table import TYPES
from rehearsal.cli import app
from rehearsal.daemon import environment
from rehearsal.daemon.places import Places
from rehearsal.doors.table import DOORS

README = (Path(__file__).parents[1] / "README.md").read_text()


def listed(heading):
    """First cells of the section's table."""
    section = README.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return re.findall(r"^\| `([^`]+)` \|", section, re.MULTILINE)


def test_resource_types():
    assert listed("What it plays") == [*(kind.type for kind in TYPES), "docker-build:index:Image"]


def test_doors():
    assert listed("Doors") == [kind.name for kind in DOORS]


def test_commands():
    assert listed("Commands") == list(get_group(app).commands)


def test_variables(tmp_path):
    status = SimpleNamespace(doors={})
    (tmp_path / "state").mkdir()
    found = environment.variables(Places(tmp_path / "state", tmp_path / "cache"), status)
    assert sorted(listed("Variables")) == sorted(found)


@pytest.mark.parametrize("name", sorted(set(re.findall(r"slipway-rehearsal ([a-z]+)", README))))
def test_commands_that_are_shown_exist(name):
    assert name in get_group(app).commands
