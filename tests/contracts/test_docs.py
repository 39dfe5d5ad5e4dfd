"""What the documents name exists: commands, make targets, files, components."""

import re
from pathlib import Path

import pytest
import typer.main

from slipway.cli.main import app

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([ROOT / "README.md", *ROOT.glob("docs/*.md")])
COMMANDS = typer.main.get_command(app).commands


def mentioned(pattern):
    return sorted({found for path in DOCUMENTS for found in re.findall(pattern, path.read_text())})


@pytest.mark.parametrize("words", mentioned(r"slipway ([a-z]+(?: [a-z]+)?)"))
def test_commands_exist(words):
    noun, _, verb = words.partition(" ")
    if noun not in COMMANDS:
        pytest.fail(f"`slipway {words}` stands in the documents and is no command")
    group = getattr(COMMANDS[noun], "commands", None)
    if group is not None and verb:
        assert verb in group, f"`slipway {words}`: {noun} has {sorted(group)}"


def test_make_targets_exist():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(mentioned(r"(?:`|\n    )make ([a-z-]+)"))
    assert named
    assert named <= targets


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(path):
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", path.read_text())
    assert [link for link in links if not (path.parent / link).exists()] == []


def test_components_of_the_readme_exist():
    table = (ROOT / "README.md").read_text().split("| component | makes | state |")[1]
    names = re.findall(r"^\| `(\w+)` \|", table.split("\n\n")[0], re.MULTILINE)
    assert names
    for name in names:
        module = re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
        assert (ROOT / "components" / f"{module}.py").is_file(), name
